import type { OrderState, ShipmentState } from '../source.ts';
import type { FileField, WordField } from './fields.ts';

/** How shops and ERPs head their columns, in English, German and Chinese. Compared without spaces, signs and case. */
const headings: Record<FileField, string> = {
  number: `number, order, order number, order no, order id, name, sales order, document number,
    Bestellnummer, Bestellung, Auftrag, Auftragsnummer, Auftragsnr, Belegnummer, 订单号, 订单编号, 单号, 销售单号`,
  email: `email, e-mail, customer email, customer e-mail, email address, mail, contact email, billing email,
    Kunden-E-Mail, E-Mail-Adresse, 邮箱, 电子邮件, 电子邮箱, 客户邮箱, 邮箱地址`,
  customerName: `customer, customer name, buyer, ordered by, contact, billing name,
    Kunde, Kundenname, Besteller, Ansprechpartner, 客户, 客户姓名, 客户名称, 姓名, 联系人, 下单人, 买家`,
  accountId: `account, account id, account number, customer number, customer no, customer id, company id,
    Kundennummer, Kundennr, Debitor, Debitorennummer, 客户编号, 客户编码, 客户代码, 账户编号`,
  accountName: `company, account name, company name, organisation, organization, billing company,
    Firma, Firmenname, Unternehmen, 公司, 公司名称, 单位, 企业名称`,
  reference: `reference, your reference, customer reference, purchase order, po number, po,
    Referenz, Ihre Referenz, Kundenreferenz, Ihr Zeichen, Bestellzeichen, 参考号, 客户参考号, 采购单号, 备注号`,
  deliverTo: `deliver to, ship to, address, delivery address, shipping address, street, shipping street, postcode, zip, city, shipping city, country,
    Lieferadresse, Lieferanschrift, Adresse, Straße, PLZ, Ort, Stadt, Land, 收货地址, 地址, 送货地址, 收件地址, 城市, 邮编`,
  state: `state, status, order status, order state, fulfillment status, Auftragsstatus, Bestellstatus, 状态, 订单状态`,
  placedAt: `placed at, placed, order date, ordered, ordered at, date, created, created at, purchase date,
    Bestelldatum, Auftragsdatum, Datum, Belegdatum, 下单时间, 下单日期, 订单日期, 日期, 创建时间`,
  updatedAt: `updated at, updated, changed, changed at, last change, modified, last modified, last updated,
    Geändert, Geändert am, Änderungsdatum, Letzte Änderung, Stand, 更新时间, 修改时间, 最后更新, 最后修改`,
  currency: `currency, currency code, Währung, Waehrung, Währungscode, 币种, 货币`,
  total: `total, order total, total amount, amount, grand total, sum,
    Gesamt, Gesamtbetrag, Summe, Gesamtsumme, Betrag, 总额, 总金额, 订单金额, 合计, 总计, 应付金额`,
  sku: `sku, item number, item no, item, article number, part number, product code, lineitem sku,
    Artikelnummer, Artikelnr, Artikel-Nr, Art.-Nr, Teilenummer, 货号, 商品编码, 商品编号, 产品编号, 物料号`,
  product: `product, product name, item name, article, description, title, lineitem name,
    Artikel, Bezeichnung, Artikelbezeichnung, Produkt, Produktname, 商品, 商品名称, 产品, 产品名称, 品名`,
  quantity: `quantity, qty, pieces, units, count, lineitem quantity, Menge, Anzahl, Stück, Stk, 数量, 件数`,
  unitPrice: `unit price, price, price each, lineitem price, Einzelpreis, Preis, Stückpreis, 单价, 价格, 销售单价`,
  tracking: `tracking, tracking number, tracking no, tracking id, parcel, consignment,
    Sendungsnummer, Sendung, Paketnummer, Trackingnummer, 运单号, 物流单号, 快递单号`,
  carrier: `carrier, shipping company, shipped with, haulier, Versanddienst, Spediteur, Spedition, Frachtführer, Versender, 承运商, 快递公司, 物流公司`,
  parcelState: `parcel state, parcel status, shipment status, shipping status, delivery status,
    Sendungsstatus, Lieferstatus, Versandstatus, 物流状态, 运单状态, 配送状态`,
  expectedAt: `expected, expected at, expected delivery, delivery date, eta, estimated delivery, due date delivery,
    Liefertermin, Lieferdatum, Voraussichtliche Lieferung, 预计送达, 预计到达, 送达日期, 交货日期, 预计交货`,
  invoice: `invoice, invoice number, invoice no, Rechnung, Rechnungsnummer, Rechnungsnr, 发票号, 发票号码, 账单号`,
  issuedAt: `invoice date, invoiced, issued, issued at, Rechnungsdatum, 开票日期, 发票日期`,
  dueAt: `due, due date, due at, payment due, Fällig, Fällig am, Fälligkeit, Zahlungsziel, 到期日, 付款期限, 应付日期`,
  invoiceTotal: `invoice total, invoice amount, Rechnungsbetrag, Rechnungssumme, 发票金额, 开票金额`,
  invoiceState: `invoice state, invoice status, payment status, financial status, paid, Zahlungsstatus, Rechnungsstatus, Bezahlt, 发票状态, 付款状态, 支付状态`,
};

const orderWords: Record<OrderState, string> = {
  received: `received, new, open, placed, pending, eingegangen, neu, offen, 已收到, 新订单, 待确认, 待付款, 未处理`,
  confirmed: `confirmed, accepted, approved, bestätigt, angenommen, 已确认, 已接单, 已付款`,
  in_preparation: `in preparation, preparing, processing, picking, in production, unfulfilled, in Bearbeitung, in Vorbereitung, in Produktion, 备货中, 处理中, 待发货, 生产中, 配货中`,
  part_shipped: `part shipped, partly shipped, partially shipped, partial, partially fulfilled, teilweise versandt, teilgeliefert, Teillieferung, 部分发货, 已部分发货`,
  shipped: `shipped, sent, dispatched, fulfilled, in transit, versandt, verschickt, versendet, unterwegs, 已发货, 已发出, 运输中`,
  delivered: `delivered, completed, complete, done, closed, geliefert, zugestellt, erledigt, abgeschlossen, 已送达, 已签收, 已完成, 交易成功`,
  cancelled: `cancelled, canceled, void, storniert, abgebrochen, 已取消, 已关闭, 已作废`,
  returned: `returned, refunded, retoure, zurückgesandt, retourniert, 已退货, 已退款`,
};

const parcelWords: Record<ShipmentState, string> = {
  pending: `pending, open, offen, ausstehend, 待揽收, 待发货`,
  info_received: `info received, label made, label created, announced, angekündigt, Etikett erstellt, 已制面单, 已下单`,
  in_transit: `in transit, on the way, shipped, unterwegs, in Zustellung durch Spedition, versandt, 运输中, 在途, 已揽收, 已发货`,
  out_for_delivery: `out for delivery, in Zustellung, in Auslieferung, 派送中, 派件中`,
  attempt_failed: `attempt failed, delivery failed, not at home, Zustellung fehlgeschlagen, nicht angetroffen, 派送失败, 投递失败`,
  available_for_pickup: `available for pickup, ready for pickup, pickup, locker, abholbereit, 待取件, 待自提, 已到自提点`,
  delivered: `delivered, zugestellt, geliefert, 已签收, 已送达, 已妥投`,
  exception: `exception, problem, held, delayed, Störung, verzögert, Problem, 异常, 问题件, 滞留`,
  expired: `expired, lost, abgelaufen, 已失效, 已过期`,
};

const invoiceWords = {
  open: `open, unpaid, due, pending, outstanding, no, offen, unbezahlt, nein, 未付, 未付款, 待付款, 否`,
  paid: `paid, settled, yes, bezahlt, beglichen, ja, 已付, 已付款, 已支付, 是`,
  void: `void, voided, cancelled, canceled, credited, storniert, gutgeschrieben, 作废, 已作废, 已红冲`,
};

const compared = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');

function lookUp<Meaning extends string>(written: Record<Meaning, string>): ReadonlyMap<string, Meaning> {
  const found = new Map<string, Meaning>();
  for (const [meaning, list] of Object.entries(written) as [Meaning, string][]) {
    for (const word of [meaning, ...list.split(',')])
      if (!found.has(compared(word))) found.set(compared(word), meaning);
  }
  return found;
}

const byHeading = lookUp(headings);
const byWord: Record<WordField, ReadonlyMap<string, string>> = {
  state: lookUp(orderWords),
  parcelState: lookUp(parcelWords),
  invoiceState: lookUp(invoiceWords),
};

/** What a heading usually says; null when nobody knows. */
export function fieldOfHeading(heading: string): FileField | null {
  return byHeading.get(compared(heading)) ?? null;
}

/** The state of ours that a word usually means; null when nobody knows. */
export function stateOfWord(field: WordField, word: string): string | null {
  return byWord[field].get(compared(word)) ?? null;
}
