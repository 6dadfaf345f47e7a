import type { ResolvedLimits } from '../options/index.js';
import type { RecordStage } from 'noveum-proto/records';

const finite = <Key extends string>(key: Key, limit: number): Partial<Record<Key, number>> =>
  Number.isFinite(limit) ? ({ [key]: limit } as Record<Key, number>) : {};

/** OpenTelemetry's limits, after redaction: half a card's number no longer looks like one. */
export const limitsStage = (limits: ResolvedLimits): RecordStage => {
  const recordLimits = {
    ...finite('attributeValueLength', limits.attributeValueLengthLimit),
    ...finite('attributesPerSpan', limits.attributeCountLimit),
    ...finite('eventsPerSpan', limits.eventCountLimit),
    ...finite('linksPerSpan', limits.linkCountLimit),
    ...finite('attributesPerEvent', limits.attributePerEventCountLimit),
    ...finite('attributesPerLink', limits.attributePerLinkCountLimit),
  };
  return (record) => {
    record.limit(recordLimits);
    return undefined;
  };
};
