import { readableSpan } from '../../test/readable-spans.js';
import { encode, rewritten, told } from '../../test/requests.js';
import type { RecordLimits, RecordStages } from 'noveum-proto/records';

describe('limit', () => {
  const event = { name: 'e', time: [1, 1] as [number, number] };
  const limited = (span: Parameters<typeof readableSpan>[0], limits: RecordLimits) =>
    told(
      rewritten(encode([readableSpan(span)]), {
        span: [
          (record) => {
            record.limit(limits);
            return undefined;
          },
        ],
      }),
    )[0]!.span;

  test('leaves out the last of too many, and adds them to what was dropped before', () => {
    const context = readableSpan().spanContext();
    const attributes = { a: 1, b: 2, c: 3 };
    const span = limited(
      {
        attributes,
        droppedAttributesCount: 200,
        events: [{ ...event, attributes, droppedAttributesCount: 5 }, event, event],
        links: [{ context, attributes }, { context }],
      },
      { attributesPerSpan: 2, eventsPerSpan: 1, linksPerSpan: 1, attributesPerEvent: 1, attributesPerLink: 0 },
    );
    expect(Object.keys(span.attributes!)).toEqual(['a', 'b']);
    expect(span).toMatchObject({
      droppedAttributesCount: 201,
      droppedEventsCount: 2,
      droppedLinksCount: 1,
      events: [{ attributes: { a: { intValue: '1' } }, droppedAttributesCount: 7 }],
      links: [{ droppedAttributesCount: 3 }],
    });
  });

  test('cuts values beyond their length, those in lists and maps too, and no key or name', () => {
    const long = 'x'.repeat(10);
    const span = limited(
      {
        name: long,
        attributes: {
          [long]: long,
          fits: 'x'.repeat(4),
          wide: '😀😀😀',
          list: [long, 'é'.repeat(4)],
          map: { in: long },
        } as never,
        events: [{ ...event, attributes: { e: long } }],
      },
      { attributeValueLength: 5, mark: '…' },
    );
    const cut = { stringValue: 'xxxxx…' };
    expect(span).toMatchObject({
      name: long,
      attributes: {
        [long]: cut,
        fits: { stringValue: 'xxxx' },
        wide: { stringValue: '😀😀…' },
        list: { array: [cut, { stringValue: 'éééé' }] },
        map: { kvlist: { in: cut } },
      },
      events: [{ attributes: { e: cut } }],
    });
  });

  test('done twice is as done once', () => {
    const request = encode([readableSpan({ attributes: { a: 'x'.repeat(50), b: '😀'.repeat(20), c: 1, d: 2 } })]);
    const stages: RecordStages = {
      span: [
        (record) => {
          record.limit({ attributeValueLength: 7, attributesPerSpan: 3, mark: '… cut' });
          return undefined;
        },
      ],
    };
    const once = rewritten(request, stages);
    expect(rewritten(once, stages)).toBe(once);
  });
});
