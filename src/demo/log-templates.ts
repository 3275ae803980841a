/** What the services of the demo fleet write into their logs: which messages, how often, at which severity. */

/** A stream of events that lines come from. */
export type Flow = 'requests' | 'calm' | 'incident';

/** A kind of line. */
export interface LogTemplate {
  readonly service: string;
  readonly flow: Flow;
  /** Lines for one event of the flow; those of `calm` and `incident` are 1 together: each failed request writes one. */
  readonly share: number;
  readonly level: 'info' | 'warn' | 'error';
  readonly status: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** With `{order}`, `{ms}` (the request's own time), `{n}`, `{id}`, `{words}`. */
  readonly message: string;
  /** Where among the requests of its moment it stands, by time: 0.5 is the median. */
  readonly ranks: readonly [from: number, to: number];
  readonly error?: { readonly type: string; readonly at: readonly string[] };
}

type Service = Pick<LogTemplate, 'service' | 'method' | 'path'>;

const line =
  (service: Service, level: LogTemplate['level'], status: number, flow: Flow, ranks: LogTemplate['ranks']) =>
  (share: number, message: string, error?: NonNullable<LogTemplate['error']>): LogTemplate => ({
    ...service,
    level,
    status,
    flow,
    ranks,
    share,
    message,
    ...(error && { error }),
  });

const CHECKOUT: Service = { service: 'checkout', method: 'POST', path: '/checkout/pay' };
const SEARCH: Service = { service: 'search', method: 'GET', path: '/search' };
const PAYMENTS: Service = { service: 'payments', method: 'POST', path: '/charges' };

const REFUSED = { type: 'PaymentRefused', at: ['provider.charge (provider.ts:88)', 'pay (checkout.ts:214)'] } as const;
const TIMED_OUT = {
  type: 'TimeoutError',
  at: ['Timeout.fire (client.ts:61)', 'payments.charge (payments-client.ts:140)', 'pay (checkout.ts:209)'],
} as const;
const LOCKED = { type: 'CartLocked', at: ['Cart.lock (cart.ts:52)', 'pay (checkout.ts:198)'] } as const;

const SLOWEST = [0.99, 1] as const;
const USUAL = [0.02, 0.95] as const;

/** All kinds of lines, those of a service and flow side by side. */
export const LOG_TEMPLATES: readonly LogTemplate[] = [
  ...[
    line(CHECKOUT, 'info', 200, 'requests', USUAL)(0.03, 'order {order} paid, {n} items'),
    line(CHECKOUT, 'info', 200, 'requests', [0, 1])(0.02, 'cart {id} priced in {ms} ms'),
    line(CHECKOUT, 'warn', 200, 'requests', SLOWEST)(0.0015, 'slow answer from payments: {ms} ms (order {order})'),
  ],
  ...[
    line(
      CHECKOUT,
      'error',
      502,
      'incident',
      USUAL,
    )(0.61, 'payment refused by acme-bank: card declined (order {order})', REFUSED),
    line(
      CHECKOUT,
      'error',
      504,
      'incident',
      SLOWEST,
    )(0.24, 'timeout after {ms} ms waiting for payments (order {order})', TIMED_OUT),
    line(
      CHECKOUT,
      'error',
      502,
      'incident',
      USUAL,
    )(0.1, 'payment refused by nordpay: try again later (order {order})', REFUSED),
    line(CHECKOUT, 'error', 503, 'incident', [0, 0.3])(0.05, 'payments is left alone after {n} failures in a row'),
  ],
  ...[
    line(
      CHECKOUT,
      'error',
      504,
      'calm',
      SLOWEST,
    )(0.5, 'timeout after {ms} ms waiting for payments (order {order})', TIMED_OUT),
    line(
      CHECKOUT,
      'error',
      502,
      'calm',
      USUAL,
    )(0.3, 'payment refused by acme-bank: card declined (order {order})', REFUSED),
    line(
      CHECKOUT,
      'error',
      500,
      'calm',
      USUAL,
    )(
      0.2,
      'POST /checkout/pay failed: cart {id} is locked\nCartLocked: cart {id} is locked\n    at Cart.lock (cart.ts:52)\n    at pay (checkout.ts:198)',
      LOCKED,
    ),
  ],
  ...[
    line(SEARCH, 'info', 200, 'requests', [0, 0.99])(0.012, 'query "{words}" found {n} products in {ms} ms'),
    line(SEARCH, 'warn', 200, 'requests', SLOWEST)(0.0008, 'shard {n} was slow: {ms} ms'),
  ],
  ...[
    line(
      SEARCH,
      'error',
      504,
      'calm',
      SLOWEST,
    )(0.7, 'search failed: shard {n} did not answer within {ms} ms', {
      type: 'ShardTimeout',
      at: ['Shard.query (shard.ts:77)', 'search (search.ts:120)'],
    }),
    line(SEARCH, 'error', 500, 'calm', USUAL)(0.3, 'query "{words}" cannot be read: bracket is not closed'),
  ],
  ...[
    line(PAYMENTS, 'info', 201, 'requests', USUAL)(0.05, 'charge {id} settled with nordpay in {ms} ms'),
    line(PAYMENTS, 'info', 201, 'requests', USUAL)(0.02, 'charge {id} settled with acme-bank in {ms} ms'),
    line(PAYMENTS, 'warn', 201, 'requests', SLOWEST)(0.002, 'retry {n} of 9 for charge {id}'),
  ],
  ...[
    line(
      PAYMENTS,
      'error',
      502,
      'calm',
      USUAL,
    )(0.75, 'acme-bank closed the connection (charge {id})', {
      type: 'ConnectionReset',
      at: ['Socket.onClose (socket.ts:33)', 'charge (charges.ts:96)'],
    }),
    line(PAYMENTS, 'error', 500, 'calm', USUAL)(0.25, 'ledger is locked, charge {id} waits {ms} ms'),
  ],
];

/** What people look for in the shop. */
export const SEARCH_WORDS = ['red shoes', 'garden chair', 'usb cable', 'rain jacket', 'espresso cups', 'desk lamp'];

/** A blank of a message. */
export const BLANK = /\{(order|ms|n|id|words)\}/g;
