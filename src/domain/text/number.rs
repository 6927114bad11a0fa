//! Numbers, money, sizes, shares and dates as each language writes them (CLDR; small money is our own convention).
