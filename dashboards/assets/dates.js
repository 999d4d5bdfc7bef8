/* Names of months and weekdays for the calendars, as Babel has them; the calendar looks for these two names. */
"use strict";
window.dayjs_locale_nl = {
  "name": "nl",
  "weekStart": 1,
  "months": [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december"
  ],
  "monthsShort": [
    "jan",
    "feb",
    "mrt",
    "apr",
    "mei",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt",
    "nov",
    "dec"
  ],
  "weekdays": [
    "zondag",
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag"
  ],
  "weekdaysShort": [
    "zo",
    "ma",
    "di",
    "wo",
    "do",
    "vr",
    "za"
  ],
  "weekdaysMin": [
    "zo",
    "ma",
    "di",
    "wo",
    "do",
    "vr",
    "za"
  ],
  "formats": {}
};
window.dayjs_locale_de = {
  "name": "de",
  "weekStart": 1,
  "months": [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember"
  ],
  "monthsShort": [
    "Jan",
    "Feb",
    "Mär",
    "Apr",
    "Mai",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Okt",
    "Nov",
    "Dez"
  ],
  "weekdays": [
    "Sonntag",
    "Montag",
    "Dienstag",
    "Mittwoch",
    "Donnerstag",
    "Freitag",
    "Samstag"
  ],
  "weekdaysShort": [
    "So",
    "Mo",
    "Di",
    "Mi",
    "Do",
    "Fr",
    "Sa"
  ],
  "weekdaysMin": [
    "So",
    "Mo",
    "Di",
    "Mi",
    "Do",
    "Fr",
    "Sa"
  ],
  "formats": {}
};
