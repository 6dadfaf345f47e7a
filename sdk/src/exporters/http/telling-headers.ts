import type { Headers } from './sender.js';
import type { HttpTransport } from './transport.js';

/** Adds to each request what is to be told at its time, tries again included. */
export const tellingHeaders = (transport: HttpTransport, headersNow: (subject: object) => Headers): HttpTransport => ({
  post: (request, signal) =>
    transport.post(
      { ...request, headers: { ...request.headers, ...headersNow(request.subject ?? request.body) } },
      signal,
    ),
  close: () => transport.close(),
});
