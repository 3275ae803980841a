import { expect, it } from 'vitest';
import { mistypedVariables } from '../../../src/cli/mistyped-variables.ts';

it.each([
  ['GLIMPSE_LISTN', 'GLIMPSE_LISTEN'],
  ['GLIMPSE_CONFIG_FILE', 'GLIMPSE_CONFIG'],
  ['GLIMPSE_DATABASE_URL', 'DATABASE_URL'],
  ['GLIMPSE_DATA_DIR', 'GLIMPSE_DATA'],
])('says of %s what may be meant', (name, meant) => {
  expect(mistypedVariables({ [name]: 'x' })).toEqual([`no variable ${name}; did you mean ${meant}?`]);
});

it('is silent about its own, those of Kubernetes, of the senders of alerts, and of the config', () => {
  const names = [
    ...['GLIMPSE_CONFIG', 'GLIMPSE_LISTEN', 'GLIMPSE_DATA', 'DATABASE_URL', 'PATH', 'GLIMPSE_'],
    ...['GLIMPSE_SERVICE_HOST', 'GLIMPSE_SERVICE_PORT_HTTP', 'GLIMPSE_PORT', 'GLIMPSE_PORT_8484_TCP_ADDR'],
    ...['GLIMPSE_DATA_SERVICE_HOST', 'GLIMPSE_DATA_PORT_80_TCP', 'GLIMPSE_DATA_PORT'],
    ...['GLIMPSE_TOKEN', 'GLIMPSE_TOKEN_FILE', 'GLIMPSE_URL', 'GLIMPSE_HOOK', 'GLIMPSE_CA_FILE', 'GLIMPSE_SPOOL'],
    ...['GLIMPSE_SPOOL_MAX', 'GLIMPSE_BUDGET', 'GLIMPSE_ATTEMPTS', 'GLIMPSE_NOTIFY_CONFIG', 'GLIMPSE_constructor'],
  ];
  expect(mistypedVariables(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual([]);
});
