/** Small bodies of each kind that senders send. */
export const nativeTrace = (id: string | null = 'b7c2e1d0-0000-4000-8000-000000000001'): Record<string, unknown> => ({
  ...(id === null ? {} : { trace_id: id }),
  name: 'user_query',
  start_time: '2026-11-21T07:59:00.000000+00:00',
  end_time: '2026-11-21T07:59:01.000000+00:00',
  project: 'shop',
  spans: [
    {
      span_id: 'span_001',
      ...(id === null ? {} : { trace_id: id }),
      parent_span_id: null,
      name: 'llm_call',
      start_time: '2026-11-21T07:59:00.000000+00:00',
      end_time: '2026-11-21T07:59:01.000000+00:00',
      attributes: { 'llm.model': 'gpt-4' },
    },
  ],
});

export const otlpJson = (spanId = '00f067aa0ba902b7'): string =>
  JSON.stringify({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
                spanId,
                name: 'chat',
                kind: 3,
                startTimeUnixNano: '1795507140000000000',
                endTimeUnixNano: '1795507141000000000',
              },
            ],
          },
        ],
      },
    ],
  });

const field = (number: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);

/** An ExportTraceServiceRequest of one span, whose ids are as long as told. */
export const otlpProtobuf = (traceIdBytes = 16): Buffer => {
  const span = Buffer.concat([
    field(1, Buffer.alloc(traceIdBytes, 1)),
    field(2, Buffer.alloc(8, 2)),
    field(5, Buffer.from('chat')),
    Buffer.from([0x39]),
    Buffer.from(new BigUint64Array([1_795_507_140_000_000_000n]).buffer),
    Buffer.from([0x41]),
    Buffer.from(new BigUint64Array([1_795_507_141_000_000_000n]).buffer),
  ]);
  return field(1, field(2, field(2, span)));
};

export const JSON_TYPE = { 'content-type': 'application/json' } as const;
export const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' } as const;
