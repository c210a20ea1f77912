import type { Language } from "./languages.ts";

/** A day as `YYYY-MM-DD`. Days have no hour and no zone; moments are seconds since 1970 UTC. */
export type Day = string;

const parisParts = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Europe/Paris",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

export const monthNames: Record<Language, string[]> = {
  fr: [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
  ],
  en: [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ],
};

let lastMinute = Number.NaN;
let lastDay: Day = "";

/** The day it is in Paris at a moment (milliseconds). Days begin on a whole minute: asked again within it, nothing is computed. */
export function parisDay(milliseconds: number): Day {
  const minute = Math.floor(milliseconds / 60_000);
  if (minute !== lastMinute) {
    lastDay = parisMoment(milliseconds).day;
    lastMinute = minute;
  }
  return lastDay;
}

/** Day and `HH:MM` in Paris of a moment (milliseconds). */
export function parisMoment(milliseconds: number): { day: Day; time: string } {
  const parts: Record<string, string> = {};
  for (const { type, value } of parisParts.formatToParts(milliseconds)) parts[type] = value;
  return { day: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` };
}

/** True for a day of the calendar, 29 February included in leap years only. */
export function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The same day some years before; 29 February becomes 28. */
export function yearsBefore(day: Day, years: number): Day {
  const year = Number(day.slice(0, 4)) - years;
  const month = Number(day.slice(5, 7));
  const date = Math.min(Number(day.slice(8, 10)), daysInMonth(year, month));
  return makeDay(year, month, date);
}

/** Full years of age on a day. Someone born on 29 February has a birthday on 1 March of common years. */
export function ageOn(birth: Day, day: Day): number {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function addMonths(day: Day, count: number): Day {
  const index = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + count;
  const year = Math.floor(index / 12);
  const month = (index % 12) + 1;
  return makeDay(year, month, Math.min(Number(day.slice(8, 10)), daysInMonth(year, month)));
}

/** The same moment some months before, both in milliseconds; in a shorter month, its last day for the 29th to 31st. */
export function monthsBefore(milliseconds: number, count: number): number {
  const text = new Date(milliseconds).toISOString();
  return Date.parse(`${addMonths(text.slice(0, 10), -count)}${text.slice(10)}`);
}

export function makeDay(year: number, month: number, day: number): Day {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** `12 mars 2026`, `1er mars 2026`; `12 March 2026`. */
export function longDay(day: Day, language: Language): string {
  const date = Number(day.slice(8, 10));
  const first = language === "fr" && date === 1 ? "1er" : String(date);
  return `${first} ${monthNames[language][Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;
}

/** `12/03/2026`, in both languages: this portal is used in France. */
export function shortDay(day: Day): string {
  return `${day.slice(8, 10)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;
}

/** `mars 2026` of a day or of a month `YYYY-MM`. */
export function longMonth(month: string, language: Language): string {
  return `${monthNames[language][Number(month.slice(5, 7)) - 1]} ${month.slice(0, 4)}`;
}

/** A moment in Paris time: `12 mars 2026 à 14:05`, `12 March 2026 at 14:05`; the zone is named by the sentence around. */
export function longMoment(milliseconds: number, language: Language): string {
  const { day, time } = parisMoment(milliseconds);
  return `${longDay(day, language)} ${language === "fr" ? "à" : "at"} ${time}`;
}

/** A moment in Paris time with its offset, for machines and disputes: `2026-03-12T14:05:09+01:00`. */
export function isoMoment(milliseconds: number): string {
  const { day, time } = parisMoment(milliseconds);
  const whole = Math.floor(milliseconds / 1000) * 1000;
  const local = `${day}T${time}:${new Date(whole).toISOString().slice(17, 19)}`;
  const ahead = (Date.parse(`${local}Z`) - whole) / 60_000;
  const offset = `${String(Math.floor(ahead / 60)).padStart(2, "0")}:${String(ahead % 60).padStart(2, "0")}`;
  return `${local}+${offset}`;
}

/** The same in universal time: `2026-03-12T13:05:09Z`. */
export function utcMoment(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
