import * as noveum from 'noveum-trace';

import { work } from './work.cjs';

noveum.init();
await work(noveum);
