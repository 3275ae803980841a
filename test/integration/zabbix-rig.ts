/** More data for the Zabbix rig, written as any sender would: through its API and its trapper. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A value on its way in; `clock` in seconds since 1970. */
export interface Trapped {
  readonly host: string;
  readonly key: string;
  readonly value: number | string;
  readonly clock: number;
}

/** A logged-in user of its API. */
export interface RigApi {
  // biome-ignore lint/suspicious/noExplicitAny: what a method gives is known where it is called
  call(method: string, params: unknown): Promise<any>;
}

/** Logs in as the rig's administrator. */
export async function openRigApi(url: string): Promise<RigApi> {
  let auth: unknown;
  const call: RigApi['call'] = async (method, params) => {
    const body = JSON.stringify({ jsonrpc: '2.0', method, params, id: 1, ...(auth !== undefined && { auth }) });
    const headers = { 'content-type': 'application/json-rpc' };
    const reply = await fetch(`${url}/api_jsonrpc.php`, { method: 'POST', headers, body });
    const { result, error } = (await reply.json()) as { result?: unknown; error?: { data: string } };
    if (error) throw new Error(`${method}: ${error.data}`);
    return result;
  };
  auth = await call('user.login', { username: 'Admin', password: 'zabbix' });
  return { call };
}

/** Hands values to the trapper until it takes all of them: it reads its configuration every few seconds. */
export async function trap(port: number, values: readonly Trapped[]): Promise<void> {
  for (let tries = 0; tries < 40; tries += 1) {
    const info = await exchange(port, JSON.stringify({ request: 'sender data', data: values }));
    if (info.includes(`processed: ${values.length};`)) return;
    await sleep(500);
  }
  throw new Error('the server did not take the values');
}

function exchange(port: number, text: string): Promise<string> {
  const body = Buffer.from(text);
  const head = Buffer.alloc(13);
  head.write('ZBXD\x01', 'latin1');
  head.writeUInt32LE(body.length, 5);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.concat([head, body])));
    socket.on('data', (part) => {
      answer += part.toString('latin1');
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
  });
}
