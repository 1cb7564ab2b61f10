import { createReadinessHandler } from '@cache-handshake/next';

export const GET = createReadinessHandler();
