import { init } from './index.js';

/** `node --import noveum-trace/register app.js`: starts by environment and options file, before the application. */
init();
