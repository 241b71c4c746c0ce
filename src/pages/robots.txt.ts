import type { APIRoute } from 'astro';
import { outletAnswer } from '../ui/outlets/answer.ts';
import { robotsText } from '../ui/outlets/robots.ts';

export const GET: APIRoute = ({ locals: { app, viewer }, request }) =>
  outletAnswer(request, viewer, { text: robotsText(app.api.url(''), app.site.brand.locales), type: 'text/plain' });
