import type { IconName } from './components/icons.ts';

/** How a contact came about. */
export type Channel = 'web' | 'mail' | 'phone' | 'sms' | 'chat' | 'shop' | 'post' | 'fax' | 'partner' | 'api';

/** The picture beside a channel's word. */
export const channelIcons: Readonly<Record<Channel, IconName>> = {
  web: 'web',
  mail: 'mail',
  phone: 'phone',
  sms: 'phone',
  chat: 'tickets',
  shop: 'shop',
  post: 'mail',
  fax: 'article',
  partner: 'partner',
  api: 'bridge',
};
