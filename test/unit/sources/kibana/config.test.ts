import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { sourceKinds } from '../../../../src/sources/index.ts';
import { makeFolder } from '../../queries/workspace.ts';

const load = (yaml: string) =>
  loadConfig({ cwd: makeFolder({ 'glimpse.yaml': yaml }), env: {}, sourceKinds, chatKinds: [] });

describe('a Kibana in glimpse.yaml', () => {
  it('takes an API key, a space and the name of what holds its data', async () => {
    const { sources } = await load(`
sources:
  logs: { kind: elasticsearch, url: "http://es:9200" }
  ops: { kind: kibana, url: "http://kibana:5601", apiKey: abc, space: ops, elasticsearch: logs }
`);
    expect(sources[1]?.options).toMatchObject({
      space: 'ops',
      elasticsearch: 'logs',
      flavour: 'kibana',
      shortLinks: false,
    });
  });

  it.each([
    ['lgos', 'sources.ops.elasticsearch: "lgos" is no source of kind elasticsearch; did you mean logs?'],
    ['metrics', 'sources.ops.elasticsearch: "metrics" is no source of kind elasticsearch; there are logs'],
  ])('may not name %s for its data', async (name, fault) => {
    const yaml = `
sources:
  logs: { kind: elasticsearch, url: "http://es:9200" }
  metrics: { kind: graphite, url: "http://g" }
  ops: { kind: kibana, url: "http://kibana:5601", elasticsearch: ${name} }
`;
    await expect(load(yaml)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(fault) });
  });

  it('says what to add where there is no Elasticsearch at all', async () => {
    const yaml = 'sources: { ops: { kind: kibana, url: "http://kibana:5601", elasticsearch: logs } }';
    await expect(load(yaml)).rejects.toMatchObject({
      message: expect.stringContaining('there is none; add one under `sources`'),
    });
  });
});
