import type { ChannelSettings } from '../facilities/facility.settings.js';

/** By which account a provider was asked: only that one's list tells what it has taken. null: the channel has no list. */
export function accountOf(settings: ChannelSettings): string | null {
  return settings.channel === 'sms' ? `${settings.accountSid} ${settings.baseUrl}` : null;
}
