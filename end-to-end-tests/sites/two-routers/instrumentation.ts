import { registerReplica } from '@cache-handshake/next/instrumentation';

export async function register() {
  if (process.env.NEXT_RUNTIME === 'nodejs') await registerReplica();
}
