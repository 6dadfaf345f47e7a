import type { HttpTransport } from './transport.js';

/** Tells how many bytes each request's body has, before it goes. */
export const countingBytes = (transport: HttpTransport, onBytes: (bytes: number) => void): HttpTransport => ({
  post(request, signal) {
    onBytes(request.body.length);
    return transport.post(request, signal);
  },
  close: () => transport.close(),
});
