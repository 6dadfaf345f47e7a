const noveum = require('noveum-trace');

const { work } = require('./work.cjs');

noveum.init();
void work(noveum);
