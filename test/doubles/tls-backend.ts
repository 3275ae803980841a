/** An HTTPS server whose certificate nobody trusts but who is told to. */
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** For `localhost`, signed by itself, until 2126: `openssl req -x509 -newkey ec … -addext subjectAltName=DNS:localhost`. */
export const OWN_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUc276/mPZikKw8T11ecvQWuBtj48wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTIzMzMyN1oYDzIxMjYxMTAx
MjMzMzI3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASqo5VPa5mTl6FZ+4/TDyfv0DERawAkKPvN0I+Xf1I88bBpLLMZff91
7T/+kpZQ1AF9FBrkU/zc5CHdAN1yunIuo2kwZzAdBgNVHQ4EFgQUvJ2kMLKyPjVP
IlmTquVqggSSAeswHwYDVR0jBBgwFoAUvJ2kMLKyPjVPIlmTquVqggSSAeswDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIhANQ4d59182UyT/oIx1zWCIXs5MU/1OmJW9eQMQAc8VBMAiBDkP7aGKvf
3tFstwb4TovWk5csQ62f1gD6mpN9TUAmIQ==
-----END CERTIFICATE-----`;
/** Of that certificate only: it protects nothing. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtJK+UYh0tZyqq7n0
f2eZBL6bkoEjqO0KJiOKzPolJdahRANCAASqo5VPa5mTl6FZ+4/TDyfv0DERawAk
KPvN0I+Xf1I88bBpLLMZff917T/+kpZQ1AF9FBrkU/zc5CHdAN1yunIu
-----END PRIVATE KEY-----`;

/** Starts it on a free port and ends it with the test; gives its port. */
export async function startTlsBackend(answer: RequestListener): Promise<number> {
  const server = createServer({ key: KEY, cert: OWN_CERTIFICATE }, answer);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
