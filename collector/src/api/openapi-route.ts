import { openApiDocument } from './openapi/index.js';
import { onlyParameters } from './parameter-error.js';
import { sendReply } from './reply.js';
import type { RequestHandler } from './route.js';

/** The description of the API: the same for all, and nothing that is secret, so that no key is needed. */
export const createOpenApiRoute = (version: string): RequestHandler => {
  const text = Buffer.from(JSON.stringify(openApiDocument(version)));
  return async (request, response) => {
    onlyParameters(new URLSearchParams(request.originalUrl.split('?')[1]), []);
    await sendReply(request, response, {
      kind: 'pieces',
      contentType: 'application/json; charset=utf-8',
      pieces: [text],
    });
  };
};
