/** Names the collectors that forwarded a request, so that none forwards it twice. */
export const VIA_HEADER = 'noveum-via';

const IDS = /^[0-9a-f-]{36}(?:, ?[0-9a-f-]{36}){0,31}$/;

/** As it came, to be spread into a request; anything but ids is as if it weren't there. */
export const viaOf = (value: unknown): { readonly via?: string } =>
  typeof value === 'string' && IDS.test(value) ? { via: value } : {};
