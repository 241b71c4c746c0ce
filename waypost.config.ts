import { defineConfig, desk, lunr } from './src/app/config.ts';

/** The demo company. A company copies this file into its own site folder (WAYPOST_SITE) and makes it its own. */
export default defineConfig({
  brand: { name: 'Kitewood', locales: ['en', 'zh-cn'] },
  timeZone: 'Europe/Berlin',
  contact: {
    phone: '+49 40 555 0142',
    hours: { en: 'Mon to Fri, 8:00–18:00 (Hamburg)', 'zh-cn': '周一至周五 8:00–18:00（汉堡时间）' },
    places: { en: 'Hamburg, Vienna, Shanghai', 'zh-cn': '汉堡、维也纳、上海' },
  },
  firstReplyHours: 8,
  mailFrom: 'Kitewood Help <help@kitewood.example>',
  search: lunr(),
  connectors: [desk()],
  limits: { signIns: { max: 30, windowSeconds: 60 } },
});
