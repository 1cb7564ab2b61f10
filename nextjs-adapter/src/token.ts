import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { SignJWT } from 'jose';

/** The `body_sha256` claim: SHA-256 over the raw body, base64url without padding. */
export function bodyDigest(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url');
}

/** Compares in constant time whatever the lengths. */
export function sameText(one: string, other: string): boolean {
  const sha = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(sha(one), sha(other));
}

export interface Signing {
  readonly key: Uint8Array;
  readonly keyId: string;
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
}

/** Signs one call over its body, good for a minute from now. */
export function sign(signing: Signing, body: Uint8Array, nowMs: number): Promise<string> {
  const now = Math.floor(nowMs / 1000);
  return new SignJWT({ body_sha256: bodyDigest(body) })
    .setProtectedHeader({ alg: 'HS256', kid: signing.keyId })
    .setIssuer(signing.issuer)
    .setAudience(signing.audience)
    .setSubject(signing.subject)
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .setJti(randomUUID())
    .sign(signing.key);
}
