import { remembering } from './remembering.js';

const counting = (most: number) => {
  const found: string[] = [];
  const find = remembering((provider, model) => {
    found.push(`${provider ?? '-'}/${model}`);
    return { provider, model };
  }, most);
  return { find, found };
};

test('a pair is looked for once, and pairs are not mixed up', () => {
  const { find, found } = counting(10);
  for (let round = 0; round < 2; round++) {
    expect(find('a', 'm')).toEqual({ provider: 'a', model: 'm' });
    expect(find(null, 'm')).toEqual({ provider: null, model: 'm' });
    expect(find('a', 'n')).toEqual({ provider: 'a', model: 'n' });
  }
  expect(found).toEqual(['a/m', '-/m', 'a/n']);
});

test('no more than the given number are kept', () => {
  const { find, found } = counting(2);
  for (const model of ['1', '2', '2', '3', '3', '1']) find(null, model);
  expect(found).toEqual(['-/1', '-/2', '-/3', '-/1']);
});
