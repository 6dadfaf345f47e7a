import { trace } from '@opentelemetry/api';
import { init, observe } from 'noveum-trace';

import { apiSpans } from './plain-otel.js';

export const noveum =
  (options) =>
  async ({ url, mode }) => {
    let flush = async () => {};
    if (mode !== 'none') {
      const client = await init({
        project: 'bench',
        endpoint: url,
        captureContent: true,
        exporters: ['otlp'],
        sampling: { ratio: mode === 'off' ? 0 : 1 },
        ...options,
      });
      flush = () => client.flush();
    }
    const inner = observe(async (input) => input + 1, { name: 'inner' });
    const middle = observe((input) => inner(input), { name: 'middle' });
    return {
      ...apiSpans(trace.getTracer('bench')),
      wrap3: observe((input) => middle(input), { name: 'outer', captureContent: false }),
      flush,
    };
  };

export const create = noveum({ redaction: false });
