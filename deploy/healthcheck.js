// Exit 0 while the bot of this container answers `/healthz`; the image has no curl. Plain JavaScript starts fastest.
const [, host = '', port = '8484'] = /^(.*):(\d+)$/.exec(process.env.GLIMPSE_LISTEN ?? '') ?? [];
const isEverywhere = ['', '0.0.0.0', '[::]'].includes(host);
const url = `http://${isEverywhere ? '127.0.0.1' : host}:${port}/healthz`;
try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(4_000), redirect: 'error' });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
} catch (_error) {
  process.exitCode = 1;
}
