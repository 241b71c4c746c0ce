import { expect, test } from 'vitest';
import { openApi } from '../../src/app/openApi.ts';
import { routes } from '../../src/app/routes.ts';

const document = openApi({ server: 'https://help.kitewood.example', title: 'Kitewood' });

type Operation = {
  operationId: string;
  parameters?: { $ref?: string; in?: string; name?: string }[];
  responses: object;
};

function operations(): [string, string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
      path,
      method,
      operation as Operation,
    ]),
  );
}

test('describes every call of the interface and none that is not there', () => {
  const described = operations().map(([path, method]) => `${method.toUpperCase()} ${path}`);
  const existing = Object.entries(routes)
    .filter(([pattern]) => pattern.startsWith('/api/v1/'))
    .flatMap(([pattern, methods]) =>
      Object.keys(methods).map((method) => `${method} ${pattern.replaceAll(/\[(\w+)\]/g, '{$1}')}`),
    );
  expect(described.sort()).toEqual(existing.sort());
});

test('names only components that exist, and uses each', () => {
  const named = new Set(
    [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+\/\w+)"/g)].map(([, to]) => to),
  );
  const existing = ['schemas', 'parameters', 'responses'].flatMap((kind) =>
    Object.keys(document.components[kind] ?? {}).map((name) => `${kind}/${name}`),
  );
  expect([...named].sort()).toEqual(existing.sort());
});

test('each operation has a name of its own, says what it answers, and declares what stands in its path', () => {
  const names = operations().map(([, , { operationId }]) => operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const [path, , { parameters = [], responses }] of operations()) {
    expect(
      Object.keys(responses).some((status) => status.startsWith('2')),
      path,
    ).toBe(true);
    const inPath = parameters
      .map(({ $ref }) => document.components['parameters']?.[$ref?.split('/').at(-1) ?? ''] as Operation['parameters'])
      .flatMap((parameter) => parameter ?? [])
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) => `{${name}}`);
    expect(inPath, path).toEqual(path.match(/\{\w+\}/g) ?? []);
  }
});

test('leads to where people reach the portal', () => {
  expect(document.servers).toEqual([{ url: 'https://help.kitewood.example' }]);
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
});
