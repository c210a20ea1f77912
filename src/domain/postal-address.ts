import { countryName } from "../lib/countries.ts";

/** The address of somebody as the feed brings it: six lines at most, and the two letters of a country. */
export type PostalAddress = {
  address1: string | null;
  address2: string | null;
  address3: string | null;
  address4: string | null;
  address5: string | null;
  address6: string | null;
  country: string | null;
};

/** As it stands on an envelope: the country, in French capitals, when it is not France. Empty when nothing is known. */
export function addressText(address: PostalAddress): string {
  const { address1, address2, address3, address4, address5, address6, country } = address;
  const lines = [address1, address2, address3, address4, address5, address6].filter(Boolean);
  if (lines.length > 0 && country && country !== "FR") lines.push(countryName(country, "fr").toLocaleUpperCase("fr"));
  return lines.join("\n");
}
