/** What deploys of GitHub, GitLab, Jenkins and Argo CD become, phase by phase. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AlertFormat, Delivery } from '../../../src/alerts/alert-format.ts';
import { decodeDelivery } from '../../../src/alerts/decode-delivery.ts';
import { argocd } from '../../../src/changes/argocd.ts';
import { genericChange } from '../../../src/changes/generic.ts';
import { github } from '../../../src/changes/github.ts';
import { gitlab } from '../../../src/changes/gitlab.ts';
import { jenkins } from '../../../src/changes/jenkins.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { argocdDegraded, githubDeployment, gitlabDeployment, jenkinsBuild } from '../../contract/formats/changes.ts';

const RECEIVED = new Date('2026-11-25T10:00:00.000Z');

function deliveryOf(body: unknown, headers: Readonly<Record<string, string>> = {}, receivedAt = RECEIVED): Delivery {
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return { hook: 'eu', headers, body: bytes, receivedAt };
}

function read(format: unknown, body: unknown, headers: Readonly<Record<string, string>> = {}, receivedAt = RECEIVED) {
  const one = format as AlertFormat;
  return decodeDelivery(one, deliveryOf(body, headers, receivedAt), one.options.parse({}));
}
const changeOf = (format: unknown, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
  const { alerts, changes } = read(format, body, headers);
  expect([alerts.length, changes.length]).toEqual([0, 1]);
  return changes[0];
};

it.each(['startsAt', 'time', 'when', 'at', 'timestamp'])('plain JSON says when by `%s`, and by whom', (name) => {
  const body = { service: 'checkout', version: '4.12.0', author: 'dana', [name]: '2026-11-25T09:41:00Z' };
  expect(changeOf(genericChange, body)).toMatchObject({
    title: 'checkout 4.12.0',
    actor: { name: 'dana' },
    startsAt: new Date('2026-11-25T09:41:00Z'),
  });
});

describe('GitHub', () => {
  const withState = (state: string) => ({
    ...githubDeployment,
    deployment_status: { ...githubDeployment.deployment_status, state },
  });

  it('tells where what was deployed, by whom, with the log', () => {
    expect(changeOf(github, githubDeployment)).toMatchObject({
      id: 'github:eu:deployment:145988746',
      kind: 'deployment',
      phase: 'succeeded',
      title: 'checkout main to production',
      startsAt: new Date('2026-11-25T09:20:53Z'),
      endsAt: new Date('2026-11-25T09:22:00Z'),
      attributes: {
        'service.name': 'checkout',
        'deployment.environment.name': 'production',
        'vcs.ref.head.revision': 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
      },
      actor: { name: 'ana' },
      links: [{ href: 'https://ci.example/1' }, { href: 'https://github.example/shop/checkout' }],
    });
  });

  it('is one change in all its phases', () => {
    const { deployment_status: _, ...created } = githubDeployment;
    const states = ['pending', 'queued', 'in_progress', 'success', 'failure', 'error', 'inactive'];
    const all = [created, ...states.map(withState)].map((body) => changeOf(github, body));
    expect(all.map((one) => one?.phase)).toEqual([
      'started',
      'started',
      'started',
      'started',
      'succeeded',
      'failed',
      'failed',
      'info',
    ]);
    expect(new Set(all.map((one) => one?.id)).size).toBe(1);
    expect(all.map((one) => one?.endsAt === null)).toEqual([true, true, true, true, false, false, false, true]);
  });

  it('has the id that GitHub gives a delivery, also when it is sent again by hand', () => {
    const again = ['a', 'a', 'b'].map(
      (id) => changeOf(github, githubDeployment, { 'x-github-delivery': id })?.deliveryId,
    );
    expect([again[0] === again[1], again[0] === again[2]]).toEqual([true, false]);
  });

  it('takes a release once, when it is published, and runs of workflows by attempt', () => {
    const { repository } = githubDeployment;
    const release = {
      id: 17372790,
      tag_name: '4.12.0',
      name: '',
      html_url: 'https://github.example/r',
      published_at: '2026-11-25T09:00:00Z',
    };
    const told = ['created', 'published', 'released'].map(
      (action) => read(github, { action, release, repository }).changes,
    );
    expect(told.map(({ length }) => length)).toEqual([0, 1, 0]);
    expect(told[1]?.[0]).toMatchObject({
      kind: 'release',
      title: 'checkout 4.12.0',
      attributes: { 'service.version': '4.12.0' },
    });
    const run = { id: 9, name: 'Deploy', run_attempt: 2, head_branch: 'main', run_started_at: '2026-11-25T09:00:00Z' };
    const runs = [
      { action: 'requested', workflow_run: { ...run, conclusion: null } },
      { action: 'completed', workflow_run: { ...run, conclusion: 'cancelled', updated_at: '2026-11-25T09:03:00Z' } },
    ].map((body) => changeOf(github, { ...body, repository }));
    expect(runs.map((one) => [one?.id, one?.phase])).toEqual([
      ['github:eu:run:9:2', 'started'],
      ['github:eu:run:9:2', 'cancelled'],
    ]);
  });

  it('takes the form that GitHub can send, pings and other events', () => {
    const form = new URLSearchParams({ payload: JSON.stringify(githubDeployment) }).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(changeOf(github, form, type)?.title).toBe('checkout main to production');
    expect(read(github, { zen: 'Keep it simple.', hook_id: 1 })).toMatchObject({ alerts: [], changes: [] });
    expect(read(github, { action: 'opened', issue: {}, repository: {} })).toMatchObject({ alerts: [], changes: [] });
  });

  it('proves its sender by the signature of the docs of GitHub', () => {
    const secrets = [new Secret("It's a Secret to Everybody")];
    const header = (value: string) => ({ 'x-hub-signature-256': value });
    const right = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const verify = (value: string, body = 'Hello, World!') =>
      github.signed?.verify(deliveryOf(body, value === '' ? {} : header(value)), secrets, {});
    expect(() => verify(right)).not.toThrow();
    const wrong = `sha256=${createHmac('sha256', 'other').update('Hello, World!').digest('hex')}`;
    expect(() => verify(wrong)).toThrow(expect.objectContaining({ code: 'ALERT_FORBIDDEN' }));
    expect(() => verify(right, 'Hello, World?')).toThrow(expect.objectContaining({ code: 'ALERT_FORBIDDEN' }));
    expect(() => verify('')).toThrow(expect.objectContaining({ code: 'ALERT_UNAUTHORIZED' }));
    expect(() => verify('sha1=00')).toThrow(expect.objectContaining({ code: 'ALERT_UNREADABLE' }));
  });
});

describe('GitLab', () => {
  it('is one deployment in all its phases, with its own form of times', () => {
    const all = ['running', 'success', 'failed', 'canceled'].map((status) =>
      changeOf(gitlab, { ...gitlabDeployment, status }),
    );
    expect(all.map((one) => one?.phase)).toEqual(['started', 'succeeded', 'failed', 'cancelled']);
    expect(new Set(all.map((one) => one?.id))).toEqual(new Set(['gitlab:eu:deployment:15']));
    expect(all[1]).toMatchObject({
      title: 'checkout 279484c0 to staging',
      text: 'Add a file',
      startsAt: new Date('2026-11-25T09:50:00Z'),
      attributes: { 'service.name': 'checkout', 'deployment.environment.name': 'staging' },
      actor: { name: 'ana' },
    });
  });

  it('tells pipelines, releases, tags and jobs that deploy; other events and other jobs are silent', () => {
    const { project } = gitlabDeployment;
    const pipeline = {
      id: 31,
      ref: 'main',
      status: 'failed',
      created_at: '2026-11-25 09:00:00 UTC',
      finished_at: '2026-11-25 09:03:00 UTC',
    };
    expect(changeOf(gitlab, { object_kind: 'pipeline', object_attributes: pipeline, project })).toMatchObject({
      id: 'gitlab:eu:pipeline:31',
      phase: 'failed',
      endsAt: new Date('2026-11-25T09:03:00Z'),
      links: [{ href: 'https://gitlab.example/shop/checkout/-/pipelines/31' }, {}],
    });
    const release = { object_kind: 'release', action: 'create', id: 1, tag: 'v1.1', name: 'v1.1', project };
    expect(changeOf(gitlab, release)).toMatchObject({ kind: 'release', attributes: { 'service.version': 'v1.1' } });
    const tag = { object_kind: 'tag_push', ref: 'refs/tags/v2', checkout_sha: '82b3d5ae', project };
    expect(changeOf(gitlab, tag)).toMatchObject({ title: 'checkout v2' });
    const job = { object_kind: 'build', build_id: 3, build_name: 'ship', build_status: 'success', project };
    expect(changeOf(gitlab, { ...job, environment: { name: 'production' } })).toMatchObject({
      title: 'checkout ship to production',
    });
    const silent = [
      job,
      { ...release, action: 'delete' },
      { ...tag, checkout_sha: null, after: '0000000' },
      { object_kind: 'note' },
    ];
    expect(silent.map((body) => read(gitlab, body).changes.length)).toEqual([0, 0, 0, 0]);
  });

  it('does not take the id that all hooks of one event share for that of a message', () => {
    const ids = (headers: Readonly<Record<string, string>>, status = 'success') =>
      changeOf(gitlab, { ...gitlabDeployment, status }, headers)?.deliveryId;
    expect(ids({ 'idempotency-key': 'k' })).toBe(ids({ 'idempotency-key': 'k' }, 'running'));
    expect(ids({ 'x-gitlab-webhook-uuid': 'w' })).not.toBe(ids({ 'x-gitlab-webhook-uuid': 'w' }, 'running'));
    expect(ids({ 'x-gitlab-event-uuid': 'e' })).toBe(ids({}));
  });
});

describe('Jenkins', () => {
  const step = (phase: string, status?: string) => ({
    ...jenkinsBuild,
    build: { ...jenkinsBuild.build, phase, ...(status === undefined ? { status: undefined } : { status }) },
  });

  it('is one change from its start to the end of all steps; what is queued or only completed is silent', () => {
    const told = [step('QUEUED'), step('STARTED'), step('COMPLETED', 'SUCCESS'), step('FINALIZED', 'SUCCESS')].map(
      (body) => read(jenkins, body).changes,
    );
    expect(told.map(({ length }) => length)).toEqual([0, 1, 0, 1]);
    const [started, ended] = told.flat();
    expect([started?.phase, ended?.phase, started?.id === ended?.id]).toEqual(['started', 'succeeded', true]);
    expect(ended).toMatchObject({
      kind: 'deployment',
      title: 'checkout-deploy #118',
      startsAt: new Date(1795600000123),
      endsAt: new Date(1795600000123 + 184211),
      attributes: {
        'service.version': '2.41.0',
        'deployment.environment.name': 'production',
        'vcs.ref.head.name': 'main',
      },
    });
  });

  it('says how it ended, and knows what the plugin sends again', () => {
    const ends = ['FAILURE', 'UNSTABLE', 'ABORTED'].map((status) => changeOf(jenkins, step('FINALIZED', status)));
    expect(ends.map((one) => one?.phase)).toEqual(['failed', 'failed', 'cancelled']);
    expect(ends[1]?.title).toBe('checkout-deploy #118 is unstable');
    const again = changeOf(jenkins, { ...step('FINALIZED', 'FAILURE'), somethingElse: 1 });
    expect(again?.deliveryId).toBe(ends[0]?.deliveryId);
  });
});

describe('Argo CD', () => {
  it('is an alert where health is degraded, which ends when the application is healthy again', () => {
    const degraded = read(argocd, argocdDegraded);
    expect(degraded.changes).toEqual([]);
    expect(degraded.alerts).toMatchObject([
      {
        fingerprint: 'argocd:eu:health:argocd/checkout',
        status: 'firing',
        severity: 'error',
        severityText: 'Degraded',
        title: 'checkout is Degraded',
        labels: { service: 'checkout', team: 'payments', project: 'default' },
        attributes: { 'service.name': 'checkout', 'k8s.namespace.name': 'shop' },
      },
    ]);
    const healed = read(argocd, { ...argocdDegraded, trigger: 'on-health-healthy', health: 'Healthy' });
    expect(healed.alerts).toMatchObject([{ fingerprint: 'argocd:eu:health:argocd/checkout', status: 'resolved' }]);
    const deployed = read(argocd, { ...argocdDegraded, trigger: 'on-deployed', health: 'Healthy' });
    expect(deployed.alerts).toMatchObject([{ fingerprint: 'argocd:eu:health:argocd/checkout', status: 'resolved' }]);
  });

  it('tells a health that gets bad again apart from one that is sent again', () => {
    const at = (iso: string) => read(argocd, argocdDegraded, {}, new Date(iso)).alerts[0]?.deliveryId;
    expect(at('2026-11-25T10:00:03Z')).toBe(at('2026-11-25T10:00:09Z'));
    expect(at('2026-11-25T10:00:03Z')).not.toBe(at('2026-11-25T11:30:00Z'));
  });

  it('is one change from a sync to its end, with the version of its own image', () => {
    const running = { ...argocdDegraded.operation, phase: 'Running', finishedAt: null };
    const told = [
      { ...argocdDegraded, trigger: 'on-sync-running', operation: running, health: 'Progressing' },
      { ...argocdDegraded, trigger: 'on-deployed', health: 'Progressing' },
      { ...argocdDegraded, trigger: 'on-sync-failed' },
    ].map((body) => changeOf(argocd, body));
    expect(told.map((one) => one?.phase)).toEqual(['started', 'succeeded', 'failed']);
    expect(new Set(told.map((one) => one?.id)).size).toBe(1);
    expect(told[1]).toMatchObject({ title: 'checkout 2.41.0', attributes: { 'service.version': '2.41.0' } });
  });
});
