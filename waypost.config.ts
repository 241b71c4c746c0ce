import { defineConfig, desk } from './src/app/config.ts';

/**
 * The demo company. A company copies this file into its own site folder (WAYPOST_SITE), makes it its own, and imports
 * from 'waypost/config' there.
 */
export default defineConfig({
  brand: {
    name: 'Kitewood',
    helpName: { en: 'Help', 'zh-cn': '帮助' },
    locales: ['en', 'zh-cn'],
    imprint: { en: 'Kitewood GmbH, Holzhafen 12, 20457 Hamburg', 'zh-cn': 'Kitewood GmbH，Holzhafen 12，20457 汉堡' },
    phone: '+49 40 555 0142',
    hours: { en: 'Mon to Fri, 8:00–18:00 (Hamburg)', 'zh-cn': '周一至周五 8:00–18:00（汉堡时间）' },
    mail: 'help@kitewood.example',
    timeZone: 'Europe/Berlin',
  },
  firstReplyHours: 8,
  // `search` is left out: Meilisearch where MEILI_URL names one, else lunr.
  connectors: [desk()],
  limits: { signIns: { max: 30, windowSeconds: 60 } },
});
