/** For requests about what may not be there: 404 is an answer. */
export const NOTHING_THERE = { ignore: [404] };
