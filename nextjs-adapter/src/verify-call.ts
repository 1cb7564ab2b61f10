import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { LiveKeys, Settings } from './options.js';
import { bodyDigest } from './token.js';

/** Who calls the worker's way. */
export const WORKER_ISSUER = 'cache-handshake';
/** The subjects of our own calls to ourselves. */
export type OwnSubject = 'heal' | 'hello';

const CLOCK_TOLERANCE_S = 30;
/** A token that is good for longer is a password and no token. */
const LONGEST_LIFE_S = 300;
const MOST_REMEMBERED = 10_000;

/** The caller is not who they should be, or asks for something else than they signed for. */
export class UnauthorizedError extends Error {}

/** A token with a good signature. What it is worth depends on the body. */
export interface Token {
  readonly issuer: string;
  readonly subject: string;
  readonly bodyDigest: string;
  readonly id: string;
  /** Seconds since 1970; from then on it is refused as expired. */
  readonly goodUntil: number;
}

/**
 * Verifies the bearer token before the body is read: nobody without the key makes us read one.
 *
 * @throws UnauthorizedError
 */
export async function verifyToken(
  authorization: string | null,
  settings: Pick<Settings, 'site' | 'revalidationKeys'>,
  nowMs: number,
): Promise<Token> {
  const bearer = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (bearer === undefined) {
    throw new UnauthorizedError('no Authorization: Bearer <JWT>');
  }
  let payload: JWTPayload;
  try {
    payload = await payloadOf(bearer, settings.revalidationKeys, {
      algorithms: ['HS256'],
      issuer: [WORKER_ISSUER, settings.site],
      audience: settings.site,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'body_sha256'],
    });
  } catch (bad) {
    throw new UnauthorizedError(reasonOf(bad));
  }
  const { iss, sub, exp, jti, body_sha256: digest } = payload;
  if (!iss || !sub || exp === undefined || !jti || typeof jti !== 'string' || typeof digest !== 'string') {
    throw new UnauthorizedError('the token has an odd claim');
  }
  if (exp > nowMs / 1000 + LONGEST_LIFE_S + CLOCK_TOLERANCE_S) {
    throw new UnauthorizedError('the token lives for over 5 minutes (exp)');
  }
  return { issuer: iss, subject: sub, bodyDigest: digest, id: jti, goodUntil: Math.ceil(exp) + CLOCK_TOLERANCE_S };
}

/** Tries the keys that the token's `kid` names. A kid that is none of ours is no word against any: then it tries all. */
async function payloadOf(token: string, keys: LiveKeys, options: JWTVerifyOptions): Promise<JWTPayload> {
  const { kid } = decodeProtectedHeader(token);
  const named = keys.filter(({ keyId }) => keyId === kid);
  let wrongKey: unknown;
  for (const { key } of named.length > 0 ? named : keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (bad) {
      // With a good signature it is the claims that are bad, and no other key makes them good.
      if (!(bad instanceof errors.JWSSignatureVerificationFailed)) {
        throw bad;
      }
      wrongKey = bad;
    }
  }
  throw wrongKey;
}

/** @throws UnauthorizedError when the token was signed for another body */
export async function verifyBody(token: Token, body: Uint8Array): Promise<void> {
  // The digest stands signed in the token, and is no secret.
  if (token.bodyDigest !== (await bodyDigest(body))) {
    throw new UnauthorizedError('the token is for another body (body_sha256)');
  }
}

/** @throws UnauthorizedError when the token was signed by another caller or for another subject */
export function verifyPurpose(token: Token, issuer: string, subject: string): void {
  if (token.issuer !== issuer || token.subject !== subject) {
    throw new UnauthorizedError('the token is for another call (iss, sub)');
  }
}

/**
 * Remembers the `jti` of each call until its token has expired, and refuses a second call with it. Per process, in memory:
 * another replica or a restart knows nothing of it, and of more than 10,000 calls the oldest are forgotten first.
 *
 * Ask last, when all else was found good: whoever sends a token along with another body must not use it up.
 *
 * @returns a check that throws UnauthorizedError
 */
export function onlyOnce(): (token: Token, nowMs: number) => void {
  const goodUntil = new Map<string, number>();
  return (token, nowMs) => {
    for (const [id, until] of goodUntil) {
      if (until <= nowMs / 1000) {
        goodUntil.delete(id);
      }
    }
    if (goodUntil.has(token.id)) {
      throw new UnauthorizedError('the token was used before (jti)');
    }
    // A Map keeps the order of its insertions.
    for (const [oldest] of goodUntil) {
      if (goodUntil.size < MOST_REMEMBERED) {
        break;
      }
      goodUntil.delete(oldest);
    }
    goodUntil.set(token.id, token.goodUntil);
  };
}

function reasonOf(bad: unknown): string {
  if (bad instanceof errors.JWTExpired) {
    return 'the token has expired';
  }
  if (bad instanceof errors.JWTClaimValidationFailed) {
    return `the token's claim "${bad.claim}" is not the expected one`;
  }
  return 'the token is not signed with HS256 and our key';
}
