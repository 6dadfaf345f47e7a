import { FACT_KEYS, saysGenAi } from '../dialects/index.js';
import { maySayGenAi } from './index.js';

describe('names that may say something of GenAI', () => {
  test.each(FACT_KEYS.filter(saysGenAi))('%s is one', (name) => {
    expect(maySayGenAi(name)).toBe(true);
  });

  test.each(['http.request.method', 'db.system.name', 'db.query.text', 'user.id', 'noveum.step', 'code.function.name'])(
    '%s is none',
    (name) => {
      expect(maySayGenAi(name)).toBe(false);
    },
  );
});
