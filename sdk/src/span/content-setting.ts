import type { Span } from '@opentelemetry/api';

const settings = new WeakMap<Span, boolean>();

/** Remembers a call's own setting for who asks for its span from inside. */
export const noteContentSetting = (span: Span, captureContent: boolean): void => {
  settings.set(span, captureContent);
};

/** Undefined: the runtime's holds. */
export const contentSettingOf = (span: Span): boolean | undefined => settings.get(span);
