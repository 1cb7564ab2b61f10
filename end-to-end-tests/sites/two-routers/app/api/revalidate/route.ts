import { createRevalidateHandler } from '@cache-handshake/next';

export const POST = createRevalidateHandler();
