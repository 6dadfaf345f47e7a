// Takes every body, answers at once, counts spans when asked. A process of its own, on a core of its own.
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

import { answerOf, countPeerSpans } from './sink-peers.js';

let bodies = [];
let bytes = 0;

const readVarint = (body, at) => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = body[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
};

/** Length-delimited fields of a message: `[number, start, end]`. */
function* fieldsOf(body, start, end) {
  for (let at = start; at < end;) {
    const [tag, afterTag] = readVarint(body, at);
    const wireType = tag & 7;
    if (wireType === 0) at = readVarint(body, afterTag)[1];
    else if (wireType === 1) at = afterTag + 8;
    else if (wireType === 5) at = afterTag + 4;
    else {
      const [length, from] = readVarint(body, afterTag);
      yield [tag >>> 3, from, from + length];
      at = from + length;
    }
  }
}

const countProtobuf = (body) => {
  let count = 0;
  for (const [field, start, end] of fieldsOf(body, 0, body.length))
    if (field === 1)
      for (const [inner, from, to] of fieldsOf(body, start, end))
        if (inner === 2) for (const [item] of fieldsOf(body, from, to)) if (item === 2) count++;
  return count;
};

const countSpans = ({ path, type, encoding, body }) => {
  const plain = encoding === 'gzip' ? gunzipSync(body) : body;
  const ofPeer = countPeerSpans(path, plain);
  if (ofPeer !== undefined) return ofPeer;
  if (type.includes('protobuf')) return countProtobuf(plain);
  return plain.toString('latin1').split(/"spanId":|"span_id":/).length - 1;
};

const answer = (response, value) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (request.url === '/count')
      return answer(response, {
        spans: bodies.reduce((sum, each) => sum + countSpans(each), 0),
        bytes,
        requests: bodies.length,
      });
    if (request.url === '/reset') {
      bodies = [];
      bytes = 0;
      return answer(response, {});
    }
    const asked = answerOf(request.url, `http://${request.headers.host}`);
    if (asked !== undefined) return answer(response, asked);
    bytes += body.length;
    const type = request.headers['content-type'] ?? '';
    bodies.push({ path: request.url, type, encoding: request.headers['content-encoding'] ?? '', body });
    if (!type.includes('protobuf')) return answer(response, {});
    response.writeHead(200, { 'content-type': type });
    return response.end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
