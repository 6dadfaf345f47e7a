import { noveum } from './noveum.js';

export const create = noveum({ redaction: true });
