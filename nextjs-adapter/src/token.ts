import { base64url, SignJWT } from 'jose';

/** The `body_sha256` claim: SHA-256 over the raw body, base64url without padding. */
export async function bodyDigest(body: Uint8Array): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', body)));
}

export interface Signing {
  readonly key: Uint8Array;
  readonly keyId: string;
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
}

/** Signs one call over its body, good for a minute from now. */
export async function sign(signing: Signing, body: Uint8Array, nowMs: number): Promise<string> {
  const now = Math.floor(nowMs / 1000);
  return new SignJWT({ body_sha256: await bodyDigest(body) })
    .setProtectedHeader({ alg: 'HS256', kid: signing.keyId })
    .setIssuer(signing.issuer)
    .setAudience(signing.audience)
    .setSubject(signing.subject)
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .setJti(crypto.randomUUID())
    .sign(signing.key);
}
