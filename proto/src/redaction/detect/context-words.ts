import { BEGIN, type Cursor } from './cursor.js';

const WINDOW = 28;

const CARD_WORDS = /card|visa|amex|(?:\b|_)(?:pan|cc)(?:\b|_)|karte|carte|tarjeta|carta|卡/i;
const SSN_WORDS = /ssn|social.?security|\bss#/i;
const PHONE_WORDS =
  /(?:phone|(?:\b|_)(?:tel|cell|fax|sms|handy|mobil)(?:\b|_)|telefon|t[ée]l[ée]fono?|mobile|m[óo]vil|celular|cellulare|whatsapp|rufnummer|call (?:me|us|him|her|them|back)|(?:text|reach) (?:me|us)|\bdial\b|msisdn|(?:my|his|her|their|our) number|电话|電話|手机|手機|携帯|전화|휴대폰|телефон|тел\.|τηλ|هاتف|جوال|फ़ोन|फोन|मोबाइल|טלפון)\d?(?!\d)\D*$/i;

/** The text right before, behind the key that the whole stands under. */
const before = ({ text, key, floor }: Cursor, at: number): string => {
  const from = Math.max(floor, at - WINDOW);
  const near = text.slice(from, at);
  return from === BEGIN && key !== '' ? `${key.slice(-WINDOW)}: ${near}` : near;
};

export const namesCard = (cursor: Cursor, at: number): boolean => CARD_WORDS.test(before(cursor, at));
export const namesSsn = (cursor: Cursor, at: number): boolean => SSN_WORDS.test(before(cursor, at));
export const namesPhone = (cursor: Cursor, at: number): boolean => PHONE_WORDS.test(before(cursor, at));

const VERSION_WORDS = /(?:version|(?:\b|_)(?:ver|build|release|v))["'\s:=.-]*$/i;
export const namesVersion = (cursor: Cursor, at: number): boolean => VERSION_WORDS.test(before(cursor, at));
