import { Logger } from '@nestjs/common';
import type { OutgoingMessage } from './channel-client.js';
import { LogClient } from './log.client.js';

const ATTEMPT = '0195f0a0-0000-7000-8000-000000000001';
const MESSAGE: OutgoingMessage = {
  attemptId: ATTEMPT,
  kind: 'reminder',
  locale: 'vi',
  text: 'Sample Clinic: Testa Inventada, 09:30',
  parts: { facility: 'Sample Clinic', date: 'Mon 9 Mar', time: '09:30', phone: '+6328000000' },
  address: '+639170000001',
  settings: { channel: 'log' },
  secrets: {},
  callbackUrl: 'https://hub.example.org/api/v1/provider-callbacks/log/tok-123',
  lastInboundAt: null,
  timeoutMs: 1_000,
};

it('takes a message, and notes that it would have gone without a word of it', async () => {
  const lines: unknown[] = [];
  const note = (line: unknown): void => void lines.push(line);
  Logger.overrideLogger({ log: note, warn: note, error: note });

  const outcome = await new LogClient().send(MESSAGE);

  expect(outcome).toEqual({ outcome: 'accepted', providerMessageId: `log-${ATTEMPT}`, segments: null, httpStatus: null });
  expect(lines).toEqual([{ msg: 'a message would have been sent', attemptId: ATTEMPT, kind: 'reminder', locale: 'vi' }]);
});
