import { base64url, SignJWT } from 'jose';
import type { Site } from './site.js';

/** The `body_sha256` claim: SHA-256 over the raw body, base64url without padding. */
export async function bodyDigest(body: Uint8Array): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', body)));
}

/** Who signs, with what, for whom and what. */
export interface Signing {
  readonly key: Uint8Array;
  readonly keyId: string;
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
}

/** Posts a JSON body, signed for a minute from now. The answer's body is the caller's to read, or to let go. */
export async function postSigned(
  url: string,
  { key, keyId: kid, iss, aud, sub }: Signing,
  json: object,
  timeoutMs: number,
  site: Pick<Site, 'fetch' | 'now' | 'timeout'>,
): Promise<Response> {
  const body = new TextEncoder().encode(JSON.stringify(json));
  const now = Math.floor(site.now() / 1000);
  const jti = crypto.randomUUID();
  const claims = { iss, aud, sub, iat: now, exp: now + 60, jti, body_sha256: await bodyDigest(body) };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(key);
  return site.fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
    signal: site.timeout(timeoutMs),
  });
}
