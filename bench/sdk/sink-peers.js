// What the peers' own backends are asked for at the start, and how their own wire forms tell a span.
const ID = '00000000-0000-0000-0000-000000000001';

const ANSWERS = [
  [
    /\/info$/,
    () => ({
      version: '0.12',
      instance_flags: {},
      batch_ingest_config: {
        use_multipart_endpoint: true,
        scale_up_qsize_trigger: 1000,
        scale_up_nthreads_limit: 16,
        scale_down_nempty_trigger: 4,
        size_limit: 100,
        size_limit_bytes: 20_971_520,
      },
    }),
  ],
  [
    /apikey\/login/,
    (host) => ({
      org_info: [{ id: ID, name: 'bench', api_url: host, proxy_url: host, is_universal_api: true, git_metadata: null }],
    }),
  ],
  [/project\/register/, () => ({ project: { id: ID, name: 'bench', org_id: ID } })],
  [/\/version$/, () => ({ version: '1', logs3_payload_max_bytes: 20_000_000 })],
];

/** Undefined: a request that carries spans, or nothing. */
export const answerOf = (path, host) => ANSWERS.find(([pattern]) => pattern.test(path))?.[1](host);

const distinct = (values) => new Set(values).size;

const COUNTS = [
  [/\/runs\/multipart/, (text) => distinct([...text.matchAll(/name="post\.([0-9a-f-]{36})"/g)].map(([, id]) => id))],
  [/\/runs\/batch/, (text) => JSON.parse(text).post?.length ?? 0],
  [
    /\/logs3/,
    (text) =>
      distinct(
        (JSON.parse(text).rows ?? []).filter((row) => !row._is_merge || row.span_attributes).map(({ id }) => id),
      ),
  ],
  [/\/spans\/batch/, (text) => JSON.parse(text).spans?.length ?? 0],
  [/\/traces\/batch/, () => 0],
];

/** Undefined: none of the peers' own forms. */
export const countPeerSpans = (path, body) =>
  COUNTS.find(([pattern]) => pattern.test(path))?.[1](body.toString('latin1'));
