const REQUESTS_AT_ONCE = 2;
const COUNTED = 'took,errors,items.*.error.type';

/** Keeps the bodies of a client's bulk requests from now on, whose memory is used again; `stop` gives them and ends it. */
export const captureBulk = ({ transport }) => {
  const bodies = [];
  const request = transport.request.bind(transport);
  transport.request = (params, options) => {
    if (params.path === '/_bulk') bodies.push(Buffer.from(params.bulkBody));
    return request(params, options);
  };
  return {
    stop: () => {
      delete transport.request;
      return bodies;
    },
  };
};

/** The same documents, each to be made in the index that it is sent to. */
export const asCreations = (body) => {
  const lines = body.toString('utf8').split('\n');
  let documents = 0;
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [{ _id }] = Object.values(JSON.parse(lines[at]));
    lines[at] = JSON.stringify({ create: { _id } });
    documents += 1;
  }
  return { documents, body: Buffer.from(lines.join('\n')) };
};

/** Plain bulk: as many requests at once as the collector sends. Throws where a document was refused. */
export const replayBulk = async (client, index, bodies) => {
  const left = [...bodies];
  const sendAll = async () => {
    for (let body = left.shift(); body !== undefined; body = left.shift()) {
      const path = `/${index}/_bulk`;
      const querystring = { filter_path: COUNTED };
      const answer = await client.transport.request({ method: 'POST', path, querystring, bulkBody: body });
      if (answer.errors) throw new Error('the node refused documents of the plain bulk');
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, sendAll));
};
