// Started by `--import noveum-trace/register`.
import * as noveum from 'noveum-trace';

import { work } from './work.cjs';

await work(noveum);
