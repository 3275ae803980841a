/** Formats of deploys and other changes in the contract of alert formats. */
import { argocd } from '../../../src/changes/argocd.ts';
import { genericChange } from '../../../src/changes/generic.ts';
import { github } from '../../../src/changes/github.ts';
import { gitlab } from '../../../src/changes/gitlab.ts';
import { jenkins } from '../../../src/changes/jenkins.ts';
import type { FormatHarness } from '../alert-format.contract.ts';

const repository = { name: 'checkout', full_name: 'shop/checkout', html_url: 'https://github.example/shop/checkout' };

/** A deployment of GitHub that went well. */
export const githubDeployment = {
  action: 'created',
  deployment: {
    id: 145988746,
    sha: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
    ref: 'main',
    task: 'deploy',
    environment: 'production',
    description: null,
    creator: { login: 'ana' },
    created_at: '2026-11-25T09:20:53Z',
  },
  deployment_status: {
    id: 209916254,
    state: 'success',
    environment: 'production',
    target_url: '',
    log_url: 'https://ci.example/1',
    created_at: '2026-11-25T09:22:00Z',
  },
  repository,
  sender: { login: 'ana' },
};

/** A deployment of GitLab that went well. */
export const gitlabDeployment = {
  object_kind: 'deployment',
  status: 'success',
  status_changed_at: '2026-11-25 10:50:00 +0100',
  deployment_id: 15,
  deployable_id: 796,
  deployable_url: 'https://gitlab.example/shop/checkout/-/jobs/796',
  environment: 'staging',
  project: { name: 'checkout', path_with_namespace: 'shop/checkout', web_url: 'https://gitlab.example/shop/checkout' },
  short_sha: '279484c0',
  user: { name: 'Ana', username: 'ana' },
  commit_url: 'https://gitlab.example/shop/checkout/-/commit/279484c0',
  commit_title: 'Add a file',
};

/** A build of Jenkins that is over. */
export const jenkinsBuild = {
  name: 'checkout-deploy',
  display_name: 'checkout-deploy',
  url: 'job/checkout-deploy/',
  build: {
    full_url: 'https://jenkins.example/job/checkout-deploy/118/',
    number: 118,
    queue_id: 4711,
    timestamp: 1795600000123,
    duration: 184211,
    phase: 'FINALIZED',
    status: 'SUCCESS',
    url: 'job/checkout-deploy/118/',
    scm: { url: 'https://git.example/checkout.git', branch: 'origin/main', commit: 'c6d86dc6', culprits: ['ana'] },
    parameters: { ENVIRONMENT: 'production', VERSION: '2.41.0' },
    log: '',
    notes: '',
    artifacts: {},
  },
};

/** An application of Argo CD whose health is bad. */
export const argocdDegraded = {
  schema: 'chat-argocd/1',
  trigger: 'on-health-degraded',
  app: {
    name: 'checkout',
    namespace: 'argocd',
    project: 'default',
    destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
    labels: { team: 'payments' },
  },
  health: 'Degraded',
  sync: 'Synced',
  operation: {
    phase: 'Succeeded',
    message: '',
    startedAt: '2026-11-25T09:32:51Z',
    finishedAt: '2026-11-25T09:33:10Z',
  },
  revision: 'c6d86dc654b12425e706bcf951adfe5a8627a517',
  images: ['registry.example/checkout:2.41.0', 'registry.example:5000/sidecar:1.0@sha256:00ff'],
  repoURL: 'https://git.example/shop/deploy.git',
  url: 'https://argocd.example/applications/checkout',
};

/** Their harnesses. */
export const changeHarnesses: readonly FormatHarness[] = [
  {
    format: github,
    example: githubDeployment,
    headers: { 'x-github-event': 'deployment_status', 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' },
    wrong: [[], '"x"', {}, { deployment: {} }],
    required: ['repository', 'deployment'],
  },
  {
    format: gitlab,
    example: gitlabDeployment,
    headers: { 'x-gitlab-event': 'Deployment Hook', 'idempotency-key': 'f5e5f430' },
    wrong: [[], '"x"', {}, { status: 'success' }],
    required: ['object_kind'],
  },
  {
    format: jenkins,
    example: jenkinsBuild,
    wrong: [[], '"x"', {}, { name: 'x' }],
    required: ['build'],
  },
  {
    format: argocd,
    example: argocdDegraded,
    wrong: [[], '"x"', {}, { app: {} }, [{ title: 'checkout' }]],
    required: ['app.name'],
  },
  {
    format: genericChange,
    example: { service: 'checkout', version: '4.12.0', environment: 'production', time: '2026-11-25T09:50:00Z' },
    wrong: [[], '"x"', {}, { version: '1' }],
    required: ['service'],
  },
];
