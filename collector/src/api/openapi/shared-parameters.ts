import type { ParameterDoc } from './types.js';

const exampleOf = ({ schema, example }: ParameterDoc): unknown => {
  if (schema.type === 'number' || schema.type === 'integer') return Number(example);
  if (schema.type === 'boolean') return example === 'true';
  return schema.type === 'array' ? example.split(',') : example;
};

const parameterObject = (parameter: ParameterDoc): Readonly<Record<string, unknown>> => ({
  name: parameter.name,
  in: parameter.in,
  description: parameter.description,
  ...(parameter.in === 'path' ? { required: true } : {}),
  ...(parameter.explode === undefined ? {} : { explode: parameter.explode }),
  schema: parameter.schema,
  ...(parameter.example === '' ? {} : { example: exampleOf(parameter) }),
});

/** Parameters by a name of their own, each written once: most routes take the same filters. */
export const createSharedParameters = () => {
  const objects: Record<string, unknown> = {};
  const keys = new Map<string, string>();

  const keyOf = (parameter: ParameterDoc): string => {
    const object = parameterObject(parameter);
    const text = JSON.stringify(object);
    const known = keys.get(text);
    if (known !== undefined) return known;
    let key = parameter.name;
    for (let number = 2; key in objects; number++) key = `${parameter.name}-${String(number)}`;
    keys.set(text, key);
    objects[key] = object;
    return key;
  };

  return {
    refOf: (parameter: ParameterDoc) => ({ $ref: `#/components/parameters/${keyOf(parameter)}` }),
    /** All that were referred to so far. */
    objects: (): Readonly<Record<string, unknown>> => objects,
  };
};
