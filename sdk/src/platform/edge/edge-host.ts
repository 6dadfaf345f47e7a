import { type OptionsHost, type OptionSources, readPortableSources } from '../../options/index.js';
import { refusedAtTheEdge } from './edge-refused.js';

export const edgeHost: OptionsHost<OptionSources> = {
  readSources: readPortableSources,
  write: (line) => {
    // eslint-disable-next-line no-console -- there is no standard error here
    console.warn(line);
  },
  refused: refusedAtTheEdge,
};
