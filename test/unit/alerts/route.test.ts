import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { type Route, routeVerdicts, targetsOf, templateOf } from '../../../src/alerts/route.ts';
import { makeAlert } from './make.ts';

const to = (room: string) => ({ chat: 'team', room });
const leaf = (fields: Partial<Route>): Route => ({ isContinued: false, routes: [], ...fields });

it('says which route took an alert, what kept the others from it, and which were not asked', () => {
  const routes = [
    leaf({ match: { severity: ['critical'] }, place: to('oncall') }),
    leaf({ match: { team: ['db'] }, place: to('db') }),
    leaf({
      match: { service: ['check*'] },
      place: to('shop'),
      routes: [leaf({ match: { env: ['test'] }, place: to('test') })],
    }),
    leaf({ place: to('ops') }),
  ];
  expect(routeVerdicts(makeAlert('Slow', { service: 'checkout', severity: 'warning' }), routes)).toEqual([
    {
      path: '1',
      match: { severity: ['critical'] },
      place: to('oncall'),
      verdict: 'refused',
      because: { label: 'severity', wanted: ['critical'], value: 'warning' },
    },
    {
      path: '2',
      match: { team: ['db'] },
      place: to('db'),
      verdict: 'refused',
      because: { label: 'team', wanted: ['db'] },
    },
    { path: '3', match: { service: ['check*'] }, place: to('shop'), verdict: 'taken' },
    {
      path: '3.1',
      match: { env: ['test'] },
      place: to('test'),
      verdict: 'refused',
      because: { label: 'env', wanted: ['test'] },
    },
    { path: '4', match: {}, place: to('ops'), verdict: 'skipped' },
  ]);
});

it('gives where no room is meant the words of the first room that hears of the first alert that has one', () => {
  const [calm, loud] = [{ member: [['calm']] }, { member: [['loud']] }];
  const routes = [
    leaf({ match: { severity: ['critical'] }, place: to('oncall'), template: loud, isContinued: true }),
    leaf({ match: { team: ['db'] }, place: to('db'), template: calm }),
  ];
  const alerts = [makeAlert('Slow', { severity: 'warning' }), makeAlert('Slow', { labels: { team: 'db' } })];
  expect([templateOf(alerts, routes), templateOf(alerts.slice(0, 1), routes)]).toEqual([loud, undefined]);
});

const word = fc.constantFrom('a', 'b', 'c');
const tree = fc.letrec<{ route: Route }>((tie) => ({
  route: fc.record({
    match: fc.dictionary(fc.constantFrom('service', 'team'), fc.array(word, { minLength: 1, maxLength: 2 }), {
      maxKeys: 2,
    }),
    place: word.map(to),
    isContinued: fc.boolean(),
    routes: fc.oneof({ depthSize: 'small' }, fc.constant([]), fc.array(tie('route'), { maxLength: 3 })),
  }),
}));

propertyTest.prop([fc.array(tree.route, { maxLength: 4 }), word, word])(
  'takes an alert to the rooms that it is told in, no more and no fewer',
  (routes, service, team) => {
    const alert = makeAlert('Any', { labels: { service, team } });
    const taken = routeVerdicts(alert, routes).filter(({ verdict }) => verdict === 'taken');
    const rooms = [...new Set(taken.map(({ place }) => place?.room))];
    expect(rooms).toEqual(targetsOf(alert, routes).map(({ place }) => place.room));
  },
);
