"""Dates as museums write them, and the years that a reader takes them for, worked out by hand.

A row is: the text => first and last year (".." is open), then "c" for about and "?" for not certain."""

import pytest

from artextract.dates import Dating, is_undated, read_date

DATES = """
c. 1503-1506 => 1503 1506 c
um 1500 => 1500 1500 c
vers 1890 => 1890 1890 c
hacia 1500 => 1500 1500 c
verso 1500 => 1500 1500 c
omstreeks 1500 => 1500 1500 c
1890/1895 => 1890 1895
1890/95 => 1890 1895
1890-5 => 1890 1895
1890–1895 => 1890 1895
1890—1895 => 1890 1895
1890s => 1890 1899
the 1890s => 1890 1899
1890er Jahre => 1890 1899
années 1890 => 1890 1899
late 16th-early 17th century => 1551 1650
16. Jh. => 1501 1600
16. Jahrhundert => 1501 1600
2. Hälfte 16. Jh. => 1551 1600
Anfang 16. Jh. => 1501 1550
Mitte des 16. Jahrhunderts => 1526 1575
Ende 16./Anfang 17. Jh. => 1551 1650
XVIe siècle => 1501 1600
fin XVIe => 1551 1600
début XVIIe siècle => 1601 1650
secolo XVI => 1501 1600
sec. XVI => 1501 1600
XVI secolo => 1501 1600
I secolo a.C. => -100 -1
Cinquecento => 1501 1600
prima metà del Quattrocento => 1401 1450
siglo XVI => 1501 1600
16e eeuw => 1501 1600
begin 17de eeuw => 1601 1650
c. 950 => 950 950 c
before 1500 => .. 1500
vor 1500 => .. 1500
avant 1500 => .. 1500
ante 1500 => .. 1500
terminus ante quem 1500 => .. 1500
after 1500 => 1500 ..
not later than 1650 => .. 1650
by 1650 => .. 1650
between 1500 and 1510 => 1500 1510
1500 or 1501 => 1500 1501
possibly 1500 => 1500 1500 ?
1500 (?) => 1500 1500 ?
[1500] => 1500 1500
500 BC => -500 -500
3rd century B.C.E. => -300 -201
500 v. Chr. => -500 -500
500 av. J.-C. => -500 -500
500 a.C. => -500 -500
AD 79 => 79 79
12 May 1890 => 1890 1890
May 1890 => 1890 1890
May 12, 1890 => 1890 1890
1890-05-12 => 1890 1890
12.5.1890 => 1890 1890
05/1890 => 1890 1890
1890, reworked 1895 => 1890 1895
1642 (signed and dated) => 1642 1642
dated 1642 => 1642 1642
1874-1 => 1874 1874
1888 (given 1951) => 1888 1888
French, 1718–1719 => 1718 1719
1888-01-01T00:00:00Z => 1888 1888
2. Hälfte 17. Jahrhundert => 1651 1700
late 18th–early 19th century => 1751 1850
15th to 16th century => 1401 1600
1600s => 1600 1699
1898/9 => 1898 1899
1898–02 => 1898 1902
1898-02 => 1898 1898
-500 => -500 -500
-500--400 => -500 -400
-500/-400 => -500 -400
3rd–2nd century BC => -300 -101
500–450 BC => -500 -450
XV-XVI secolo => 1401 1600
sec. XV-XVI => 1401 1600
sec. XV ex. => 1451 1500
siglo XVI, segunda mitad => 1551 1600
XVI secolo, seconda metà => 1551 1600
16th century, second half => 1551 1600
second half, 16th century => 1551 1600
early to mid-19th century => 1801 1875
mid-to-late 19th century => 1826 1900
first or second quarter of the 17th century => 1601 1650
third quarter of the sixteenth century => 1551 1575
1500 ca. => 1500 1500 c
1500 c. => 1500 1500 c
1500? => 1500 1500 ?
post 1500 - ante 1510 => 1500 1510
after 1500, before 1510 => 1500 1510
1985– => 1985 ..
1985-present => 1985 ..
189- => 1890 1899
[189-?] => 1890 1899 ?
18--? => 1800 1899 ?
18xx => 1800 1899
189x => 1890 1899
15,000 BC => -15000 -15000
MDCXLII => 1642 1642
AH 1260 / AD 1844 => 1844 1844
dal 1500 al 1510 => 1500 1510
von 1500 bis 1510 => 1500 1510
bis 1500 => .. 1500
ab 1500 => 1500 ..
1500 or later => 1500 ..
1500 (or later) => 1500 ..
shortly after 1500 => 1500 1510
turn of the 18th/19th century => 1791 1810
Wende vom 18. zum 19. Jh. => 1791 1810
turn of the 20th century => 1891 1910
around the turn of the 20th century => 1891 1910 c
tournant du XXe siècle => 1891 1910
20er Jahre des 16. Jahrhunderts => 1520 1529
Ende der 20er Jahre des 19. Jh. => 1825 1829
20er und 30er Jahre des 19. Jahrhunderts => 1820 1839
anni '20 del XX secolo => 1920 1929
années 30 du XXe siècle => 1930 1939
años 20 del siglo XX => 1920 1929
1890 (?)-1895 => 1890 1895 ?
May 1889–May 1890 => 1889 1890
30 December 1889–2 January 1890 => 1889 1890
Paris, June-July 1907 => 1907 1907
Avignon, winter 1911-12 => 1911 1912
Winter 1889/90 => 1889 1890
December 5-8, 1945 => 1945 1945
1er mai 1890 => 1890 1890
12 de mayo de 1890 => 1890 1890
1889 – May 1890 => 1889 1890
1905 (published 1906) => 1905 1906
model 1880, cast 1919 => 1880 1919
16th century (1550-1560) => 1550 1560
'500 => 1501 1600
metà del '500 => 1526 1575
1890's => 1890 1899
1890, 1891, 1895 => 1890 1895
1889 and 1891 => 1889 1891
1891.0 => 1891 1891
16./17. Jh. => 1501 1700
1. H. 16. Jh. => 1501 1550
1. Drittel 17. Jh. => 1601 1633
letztes Viertel 18. Jh. => 1776 1800
dernier quart du XVIIIe siècle => 1776 1800
2e moitié du XVIe s. => 1551 1600
mi-XVIe siècle => 1526 1575
2ª mitad del siglo XVI => 1551 1600
tweede helft 17e eeuw => 1651 1700
laatste kwart 17de eeuw => 1676 1700
eind 16e-begin 17e eeuw => 1551 1650
principios del siglo XVII => 1601 1650
finales del siglo XIX => 1851 1900
mediados del siglo XV => 1426 1475
fine XVI - inizio XVII secolo => 1551 1650
fine del XVI secolo => 1551 1600
primi anni del XVII secolo => 1601 1650
début des années 1890 => 1890 1894
Anfang der 1890er Jahre => 1890 1894
early 1890s => 1890 1894
mid-1890s => 1893 1896
late 1500s => 1550 1599
1890er-Jahre => 1890 1899
jaren 1890 => 1890 1899
anni 1890 => 1890 1899
1890..1895 => 1890 1895
1890~ => 1890 1890 c
~1890 => 1890 1890 c
1890-05/1891-06 => 1890 1891
1890-05 => 1890 1890
0079 => 79 79
I sec. d.C. => 1 100
1st century BC–1st century AD => -100 100
2nd century => 101 200
late 19th c. => 1851 1900
19th-century => 1801 1900
C. 1650 => 1650 1650 c
c1650 => 1650 1650 c
ca1650 => 1650 1650 c
c.1650/55 => 1650 1655 c
1650 or before => .. 1650
in or before 1650 => .. 1650
not before 1500 => 1500 ..
1500 of 1501 => 1500 1501
1500 o 1501 => 1500 1501
1500 e 1501 => 1500 1501
1500 y 1501 => 1500 1501
1500 et 1501 => 1500 1501
entre 1500 et 1510 => 1500 1510
fra il 1500 e il 1510 => 1500 1510
tussen 1500 en 1510 => 1500 1510
zw. 1500 u. 1510 => 1500 1510
1500 a 1510 => 1500 1510
1500 à 1510 => 1500 1510
de 1500 à 1510 => 1500 1510
1890-? => 1890 .. ?
after Rembrandt, 1650 => 1650 1650
dès 1500 => 1500 ..
um 1650, 1888 restauriert => 1650 1888 c
100 BC-AD 50 => -100 50
AD 50–99 => 50 99
1598–99 CE => 1598 1599
50–45 BC => -50 -45
2a metà XVI sec. => 1551 1600
../1500 => .. 1500
1500/.. => 1500 ..
May-1890 => 1890 1890
?-1890 => .. 1890 ?
1890-05-12/1890-06-01 => 1890 1890
early 1500 => 1500 1500
mid-1600 => 1600 1600
c. 1890-c. 1895 => 1890 1895 c
ca. 1890 - ca. 1895 => 1890 1895 c
about 1890 to about 1895 => 1890 1895 c
probably c. 1650 => 1650 1650 c?
probably 1650s => 1650 1659 ?
dated 1889, but painted 1890 => 1889 1890
17th century? => 1601 1700 ?
17th century => 1601 1700
first half of the 17th century => 1601 1650
1st half 17th century => 1601 1650
first third of 17th century => 1601 1633
last third 19th century => 1867 1900
2nd quarter, 19th century => 1826 1850
19th century, late => 1851 1900
sec. XIX => 1801 1900
sec. XIX, inizio => 1801 1850
secolo XV, fine - secolo XVI, inizio => 1451 1550
XVe-XVIe siècle => 1401 1600
XVIIe s. => 1601 1700
fin du XVe - début du XVIe siècle => 1451 1550
vers 1510-1515 => 1510 1515 c
entre 1890 et 1895 => 1890 1895
avant 1510 => .. 1510
après 1510 => 1510 ..
après 1510 et avant 1520 => 1510 1520
années 1890-1900 => 1890 1900
vers le milieu du XVIIIe siècle => 1726 1775 c
premier tiers du XVIIe siècle => 1601 1633
troisième quart du XVe siècle => 1451 1475
1er quart 16e siècle => 1501 1525
16e siècle => 1501 1600
XVIIIème siècle => 1701 1800
daté 1889 => 1889 1889
signé et daté 1889 => 1889 1889
mai 1889 => 1889 1889
été 1889 => 1889 1889
12 mai 1889 => 1889 1889
hacia 1510-1515 => 1510 1515 c
ca. 1510 => 1510 1510 c
primera mitad del siglo XVII => 1601 1650
segunda mitad siglo XVI => 1551 1600
s. XVI => 1501 1600
ss. XVI-XVII => 1501 1700
siglos XVI-XVII => 1501 1700
siglos XVI y XVII => 1501 1700
último tercio del siglo XVIII => 1767 1800
principios s. XX => 1901 1950
finales del XIX => 1851 1900
antes de 1500 => .. 1500
después de 1500 => 1500 ..
entre 1500 y 1510 => 1500 1510
1500 - 1510 => 1500 1510
años 1890 => 1890 1899
década de 1890 => 1890 1899
décadas 1890 => 1890 1899
verso il 1500 => 1500 1500 c
intorno al 1500 => 1500 1500 c
1500 circa => 1500 1500 c
1500-1510 ca. => 1500 1510 c
prima del 1500 => .. 1500
dopo il 1500 => 1500 ..
entro il 1500 => .. 1500
post 1500 => 1500 ..
fine XV secolo => 1451 1500
metà XVI secolo => 1526 1575
seconda metà XVI secolo => 1551 1600
secondo quarto del XVI secolo => 1526 1550
ultimo quarto XIX secolo => 1876 1900
inizi XVII secolo => 1601 1650
inizio del Seicento => 1601 1650
fine Settecento => 1751 1800
tardo Quattrocento => 1451 1500
primo Cinquecento => 1501 1550
XVI sec. => 1501 1600
1501-1599 => 1501 1599
omstreeks 1650 => 1650 1650 c
ca. 1650 => 1650 1650 c
voor 1650 => .. 1650
na 1650 => 1650 ..
tussen 1650 en 1660 => 1650 1660
eerste helft 17e eeuw => 1601 1650
derde kwart 16e eeuw => 1551 1575
midden 18e eeuw => 1726 1775
17de eeuw => 1601 1700
1650-1660 => 1650 1660
in of voor 1650 => .. 1650
begin jaren 1890 => 1890 1894
Ende der 1890er Jahre => 1895 1899
Mitte 1880er => 1883 1886
zwischen 1500 und 1510 => 1500 1510
nach 1500 => 1500 ..
spätestens 1500 => .. 1500
1. Viertel 16. Jh. => 1501 1525
3. Viertel des 18. Jahrhunderts => 1751 1775
1. Hälfte des 18. Jahrhunderts => 1701 1750
Anfang des 16. Jahrhunderts => 1501 1550
um 1500/1510 => 1500 1510 c
um 1500 bis 1510 => 1500 1510 c
nach 1500 - vor 1510 => 1500 1510
wohl um 1500 => 1500 1500 c?
1500 => 1500 1500
datiert 1500 => 1500 1500
spätes 18. Jahrhundert => 1751 1800
frühes 16. Jahrhundert => 1501 1550
16. Jh., 2. Hälfte => 1551 1600
16.-17. Jh. => 1501 1700
16. bis 17. Jahrhundert => 1501 1700
1890 n. Chr. => 1890 1890
3. Jh. v. Chr. => -300 -201
2. Jh. n. Chr. => 101 200
79 n. Chr. => 79 79
IIe siècle av. J.-C. => -200 -101
Ier siècle ap. J.-C. => 1 100
s. III a.C. => -300 -201
siglo I d.C. => 1 100
III sec. a.C. => -300 -201
1e eeuw v. Chr. => -100 -1
ca. 500 v.Chr. => -500 -500 c
500 B.C. => -500 -500
c. 500-450 B.C. => -500 -450 c
AD 100-150 => 100 150
A.D. 150 => 150 150
150 CE => 150 150
2nd-3rd century AD => 101 300
2nd century BC-1st century AD => -200 100
late 1st century BC-early 1st century AD => -50 50
1890(?) => 1890 1890 ?
1890 [?] => 1890 1890 ?
c. 1890 => 1890 1890 c
1890 or before => .. 1890
1890 and earlier => .. 1890
before c. 1890 => .. 1890 c
c.1500-before 1510 => 1500 1510 c
after c. 1650 => 1650 .. c
ca. 1480/90 => 1480 1490 c
1480-1500 => 1480 1500
1480/1500 => 1480 1500
1480-90/1500 => 1480 1500
1900–05 => 1900 1905
1999-2003 => 1999 2003
1895/1896 or 1898 => 1895 1898
1889-90; reworked 1895 => 1889 1895
begun 1503, completed 1519 => 1503 1519
1503, finished by 1519 => 1503 1519
1890 => 1890 1890
negative 1936, print 1970 => 1936 1970
spring 1890 => 1890 1890
Spring-Summer 1890 => 1890 1890
late summer 1890 => 1890 1890
early May 1890 => 1890 1890
end of 1890 => 1890 1890
Ende 1890 => 1890 1890
1890, May => 1890 1890
1890 May 12 => 1890 1890
1890 mai => 1890 1890
12/05/1890 => 1890 1890
12-05-1890 => 1890 1890
12. 5. 1890 => 1890 1890
12 V 1890 => 1890 1890
1890/05/12 => 1890 1890
1890-05-12 00:00:00 => 1890 1890
Sunday, May 12, 1890 => 1890 1890
May 12th, 1890 => 1890 1890
the 12th of May 1890 => 1890 1890
May to June 1890 => 1890 1890
12 May to 14 June 1890 => 1890 1890
December 1889 - January 1890 => 1889 1890
31.12.1889-1.1.1890 => 1889 1890
Anno 1642 => 1642 1642
A° 1642 => 1642 1642
16th c. => 1501 1600
16th cent. => 1501 1600
16th cent => 1501 1600
16th C => 1501 1600
C16th => 1501 1600
16C => 1501 1600
16th century AD => 1501 1600
16 century => 1501 1600
sixteenth century => 1501 1600
sechzehntes Jahrhundert => 1501 1600
zestiende eeuw => 1501 1600
seizième siècle => 1501 1600
siglo dieciséis => 1501 1600
nineteenth-century => 1801 1900
20th-century => 1901 2000
1960s-70s => 1960 1979
1960s–1970s => 1960 1979
1960s and 1970s => 1960 1979
1890s-1900s => 1890 1909
1960s-1975 => 1960 1975
mid 1960s => 1963 1966
late 1960s to early 1970s => 1965 1974
1960's => 1960 1969
2019 => 2019 2019
-1 => -1 -1
19 => 19 19
190 => 190 190
1 => 1 1
1,890 => 1890 1890
(1890) => 1890 1890
"1890" => 1890 1890
“1890” => 1890 1890
1890. => 1890 1890
1890, => 1890 1890
1890; => 1890 1890
; 1890 => 1890 1890
[ca. 1890] => 1890 1890 c
[1890]-[1895] => 1890 1895
(1890)–(1895) => 1890 1895
20th century, 1950s => 1950 1959
Ming dynasty, 15th century => 1401 1500
Roman period, 1st century => 1 100
4th century B.C.–1st century A.D. => -400 100
16th century, before 1550 => 1501 1550
1642, after 1640 => 1642 1642
after 1640, 1642 => 1642 1642
1503, after 1510 => 1503 ..
before 1500, c. 1490 => 1490 1500 c
in the 1890s => 1890 1899
1890s or 1900s => 1890 1909
second half of the 1890s => 1895 1899
last decade of the 19th century => 1891 1900
erstes Jahrzehnt des 20. Jahrhunderts => 1901 1910
1503/04-1506 => 1503 1506
1503–ca. 1506 => 1503 1506 c
started 1503 => 1503 1503
1520er => 1520 1529
1920er und 1930er Jahre => 1920 1939
1920er/30er Jahre => 1920 1939
fin XIXe - début XXe siècle => 1851 1950
fin XIXème-début XXème => 1851 1950
sec. XVIII - XIX => 1701 1900
sec. XVI/ XVII => 1501 1700
siglo XVI-XVII => 1501 1700
h. 1550 => 1550 1550 c
16de-17de eeuw => 1501 1700
16e/17e eeuw => 1501 1700
laatste kwart 16e of eerste kwart 17e eeuw => 1576 1625
dritte Viertel 16. Jh. bis erstes Viertel 17. Jh. => 1551 1625
2./3. Viertel 16. Jh. => 1526 1575
1. oder 2. Hälfte 17. Jh. => 1601 1700
Anfang bis Mitte 18. Jh. => .. 1775
Early 20th Century => 1901 1950
EARLY 20TH CENTURY => 1901 1950
20th Cent. => 1901 2000
Late Nineteenth Century => 1851 1900
circa 1930s => 1930 1939 c
ca. 1930s-40s => 1930 1949 c
between ca. 1890 and 1895 => 1890 1895 c
between c.1890-c.1895 => 1890 1895 c
between about 1890 and before 1900 => 1890 1900 c
not before 1500, not after 1510 => 1500 1510
2 May 1808 => 1808 1808
Le 12 mai 1889 => 1889 1889
am 12. Mai 1889 => 1889 1889
1889, 12 maggio => 1889 1889
maggio 1889 => 1889 1889
zomer 1889 => 1889 1889
12 augustus 1889 => 1889 1889
August 1889 => 1889 1889
Aug. 1889 => 1889 1889
Sept. 1889 => 1889 1889
Dec. 1889/Jan. 1890 => 1889 1890
8.5.1889 => 1889 1889
1889-1889 => 1889 1889
1500-1500 => 1500 1500
-50 => -50 -50
c. -50 => -50 -50 c
50 BC => -50 -50
100/90 BC => -100 -90
44 B.C => -44 -44
mid-2nd century BCE => -175 -126
before 300 BC => .. -300
after 300 BC => -300 ..
2500-2000 BC => -2500 -2000
30 av. J.-C. - 50 ap. J.-C. => -30 50
27 v. Chr. - 14 n. Chr. => -27 14
XVIe-XVIIe s. => 1501 1700
XVI e siècle => 1501 1600
XVI° secolo => 1501 1600
16º secolo => 1501 1600
1890-91, 1895 => 1890 1895
1890–1891 and 1895 => 1890 1895
1890; 1895 => 1890 1895
1890 | 1895 => 1890 1895
1890.0 => 1890 1890
1890.00 => 1890 1890
19.0 => 19 19
Date: 1890 => 1890 1890
Created: ca. 1890 => 1890 1890 c
painted in 1890 => 1890 1890
Painted between 1890 and 1892 => 1890 1892
probably painted c. 1890 => 1890 1890 c?
signed and dated lower right: 1890 => 1890 1890
bez. u. dat. 1890 => 1890 1890
c. 1665-70 => 1665 1670 c
ca. 1665–1670 => 1665 1670 c
1665/66 => 1665 1666
1665-1666 => 1665 1666
about 1470/1475 => 1470 1475 c
possibly c. 1490 => 1490 1490 c?
c. 1508-1510/11 => 1508 1511 c
1483/1485 => 1483 1485
probably 1619/1620 => 1619 1620 ?
begun c. 1508 => 1508 1508 c
c. 1450, with later additions => 1450 1450 c
mid 15th century => 1426 1475
1460s => 1460 1469
early 1480s => 1480 1484
c. 1490s => 1490 1499 c
after 1653 => 1653 ..
before 1637 => .. 1637
by 1629 => .. 1629
1629 or 1630 => 1629 1630
1 January 1888 => 1888 1888
Winter 1888 => 1888 1888
1888, dated 1889 => 1888 1889
original 1888, cast 1960 => 1888 1960
model 1882, cast probably 1920s => 1882 1929 ?
late 1888/early 1889 => 1888 1889
1888 or earlier => .. 1888
1888 or shortly after => 1888 1898
c.1888-c.1890 => 1888 1890 c
1888 (inscribed 1890) => 1888 1890
19th-20th century => 1801 2000
late 19th or early 20th century => 1851 1950
19th century or later => 1801 ..
early 19th century (?) => 1801 1850 ?
third quarter 16th century => 1551 1575
last quarter of the 16th century => 1576 1600
first quarter 17th century => 1601 1625
second half 16th century => 1551 1600
end 16th century => 1551 1600
beginning of the 17th century => 1601 1650
end of the 16th-beginning of the 17th century => 1551 1650
end of the 19th century - 1910 => 1851 1910
17th–18th century => 1601 1800
17th or 18th century => 1601 1800
1st century B.C.–A.D. 1st century => -100 100
A.D. 1st century => 1 100
1st half of 1st century A.D. => 1 50
ca. 1550–1540 B.C. => -1550 -1540 c
ca. 1353–1336 B.C. => -1353 -1336 c
664–332 B.C. => -664 -332
dated 1765 => 1765 1765
ca. 1765 => 1765 1765 c
design ca. 1765 => 1765 1765 c
ca. 1765–75 => 1765 1775 c
1765–75 => 1765 1775
composed 1765 => 1765 1765
Kangxi period (1662–1722) => 1662 1722
Qing dynasty (1644–1911), Kangxi period (1662–1722) => 1644 1911
mid-12th century => 1126 1175
12th–13th century => 1101 1300
dated A.H. 1007/A.D. 1598–99 => 1598 1599
A.H. 1007 / A.D. 1598 => 1598 1598
second half 19th century => 1851 1900
19th century, original 17th century => 1601 1900
1876–77 => 1876 1877
1876–1912 => 1876 1912
1876, altered 1890 => 1876 1890
June 1876 => 1876 1876
Summer 1876 => 1876 1876
1876– => 1876 ..
[1876] => 1876 1876
[1876?] => 1876 1876 ?
[c. 1876] => 1876 1876 c
[between 1876 and 1880] => 1876 1880
[not after 1876] => .. 1876
[ca. 1870-1880] => 1870 1880 c
[18--?] => 1800 1899 ?
[187-?] => 1870 1879 ?
c1876 => 1876 1876 c
1960 (printed 1975) => 1960 1975
printed 1975 => 1975 1975
(1960) => 1960 1960
(c. 1960) => 1960 1960 c
1960. Published 1965 => 1960 1965
1960, published 1965 => 1960 1965
1960, executed 1962 => 1960 1962
(begun) 1960 => 1960 1960
1960 - 61 => 1960 1961
1960 – 61 => 1960 1961
c. 1960-61 => 1960 1961 c
1938 (reproduced 1964) => 1938 1964
New York, 1965 => 1965 1965
Paris, (winter) 1937-38 => 1937 1938
Saint-Rémy, June 1889 => 1889 1889
Horta de Ebro, summer 1909 => 1909 1909
(executed in 1936) => 1936 1936
1980-81/1990 => 1980 1990
1923/1950 => 1923 1950
1914-18 => 1914 1918
1914/15 => 1914 1915
dat. 1514 => 1514 1514
sign. u. dat. 1514 => 1514 1514
um 1514/15 => 1514 1515 c
um 1514-1516 => 1514 1516 c
kurz vor 1514 => 1504 1514
kurz nach 1514 => 1514 1524
vor 1514 (?) => .. 1514 ?
1514 oder später => 1514 ..
1514 vollendet => 1514 1514
1514 begonnen, 1520 vollendet => 1514 1520
zw. 1514 und 1520 => 1514 1520
zwischen 1514/15 und 1520 => 1514 1520
seit 1514 => 1514 ..
bis 1514 => .. 1514
bis um 1514 => .. 1514 c
Anfang 1514 => 1514 1514
1. Hälfte des 16. Jhs. => 1501 1550
2. H. 16. Jh. => 1551 1600
2.Hälfte 16.Jh. => 1551 1600
16.Jh. => 1501 1600
16.Jhd. => 1501 1600
16. Jhdt. => 1501 1600
16 Jh. => 1501 1600
16.-17.Jh. => 1501 1700
16./17.Jh. => 1501 1700
Ende 15. Jh. => 1451 1500
Ende des 15. Jahrhunderts => 1451 1500
Ende 15. Jh./Anfang 16. Jh. => 1451 1550
Ende 15. - Anfang 16. Jh. => 1451 1550
um 1500 (Werk) => 1500 1500 c
19. Jahrhundert, um 1850 => 1850 1850 c
19. Jh. (um 1850) => 1850 1850 c
letztes Drittel 15. Jh. => 1467 1500
letztes Drittel des 15. Jahrhunderts => 1467 1500
erste Hälfte 18. Jh. => 1701 1750
zweite Hälfte des 18. Jh. => 1751 1800
Mitte 18. Jh. => 1726 1775
um die Mitte des 18. Jh. => 1726 1775 c
spätes 17. oder frühes 18. Jh. => 1651 1750
1920er-1930er Jahre => 1920 1939
Frühjahr 1889 => 1889 1889
im Sommer 1889 => 1889 1889
Mai/Juni 1889 => 1889 1889
12. Mai 1889 => 1889 1889
XVIe siècle (1er quart) => 1501 1525
1er quart du 16e siècle => 1501 1525
2e quart 17e siècle => 1626 1650
2ème moitié du XIXème siècle => 1851 1900
1ère moitié XVIIe siècle => 1601 1650
première moitié du XIXe s. => 1801 1850
milieu du XVe siècle => 1426 1475
vers 1850-1860 => 1850 1860 c
vers 1850 - vers 1860 => 1850 1860 c
avant 1850 => .. 1850
après 1850 => 1850 ..
en 1850 => 1850 1850
1850 (vers) => 1850 1850 c
1850 vers => 1850 1850 c
1850 ca => 1850 1850 c
1850 env. => 1850 1850 c
1ère moitié 19e siècle => 1801 1850
4e quart 18e siècle => 1776 1800
3e quart 17e siècle => 1651 1675
16e siècle ; 17e siècle => 1501 1700
XVIIe siècle, XVIIIe siècle => 1601 1800
1883 ; 1885 => 1883 1885
entre 1883 et 1885 => 1883 1885
1883 ou 1884 => 1883 1884
à partir de 1883 => 1883 ..
jusqu'en 1883 => .. 1883
printemps 1883 => 1883 1883
juillet 1883 => 1883 1883
14 juillet 1883 => 1883 1883
le 14 juillet 1883 => 1883 1883
secc. XV-XVI => 1401 1600
sec. XV, seconda metà => 1451 1500
sec. XV (1450-1474) => 1450 1474
sec. XVI, ultimo quarto => 1576 1600
sec. XVI primo quarto => 1501 1525
XVI sec. fine => 1551 1600
fine sec. XVI => 1551 1600
inizio sec. XVII => 1601 1650
metà sec. XVII => 1626 1675
prima metà sec. XVII => 1601 1650
II metà XVII sec. => 1651 1700
I metà XVII secolo => 1601 1650
1600-1610 ca. => 1600 1610 c
1600 ca. - 1610 ca. => 1600 1610 c
1600 post => 1600 ..
1600 ante => .. 1600
post 1600 ante 1610 => 1600 1610
1600 (?) => 1600 1600 ?
1600/ 1610 => 1600 1610
1600 - 1649 => 1600 1649
Quattrocento => 1401 1500
XV secolo d.C. => 1401 1500
seconda metà del Quattrocento => 1451 1500
fine Quattrocento - inizio Cinquecento => 1451 1550
primi del Novecento => 1901 1950
ultimo decennio del XVI secolo => 1591 1600
1520-1530 circa => 1520 1530 c
circa 1520-1530 => 1520 1530 c
c. 1520 - 1530 => 1520 1530 c
marzo 1520 => 1520 1520
Hacia 1600 => 1600 1600 c
Hacia 1600 - 1605 => 1600 1605 c
Ca. 1600 => 1600 1600 c
Siglo XVII => 1601 1700
Siglos XVI - XVII => 1501 1700
Primera mitad del siglo XVII => 1601 1650
Segundo cuarto del siglo XVII => 1626 1650
Último cuarto del siglo XV => 1476 1500
Mediados del siglo XVIII => 1726 1775
Fines del siglo XV => 1451 1500
Finales del siglo XV - Principios del siglo XVI => 1451 1550
Principio del siglo XVI => 1501 1550
Comienzos del siglo XVI => 1501 1550
1600 - 1605 => 1600 1605
Antes de 1600 => .. 1600
Después de 1600 => 1600 ..
Anterior a 1600 => .. 1600
Posterior a 1600 => 1600 ..
Entre 1600 y 1605 => 1600 1605
1600 ó 1601 => 1600 1601
Julio de 1600 => 1600 1600
s. XVII => 1601 1700
S. XVII => 1601 1700
1ª mitad s. XVII => 1601 1650
1er tercio del siglo XVII => 1601 1633
S. XVI-XVII => 1501 1700
c. 1650 => 1650 1650 c
ca. 1650-1655 => 1650 1655 c
1650 - 1655 => 1650 1655
1650 tot 1655 => 1650 1655
1650 of later => 1650 ..
17e eeuw => 1601 1700
1e helft 17e eeuw => 1601 1650
2e helft 17de eeuw => 1651 1700
eerste kwart 17e eeuw => 1601 1625
laatste kwart 16e eeuw => 1576 1600
begin 17e eeuw => 1601 1650
midden 17e eeuw => 1626 1675
eind 17e eeuw => 1651 1700
na 1650 - voor 1660 => 1650 1660
ca. 1600 - ca. 1699 => 1600 1699 c
1600 - 1699 => 1600 1699
mei 1650 => 1650 1650
jaren 1650 => 1650 1659
tweede helft zeventiende eeuw => 1651 1700
1650 (gedateerd) => 1650 1650
gedateerd 1650 => 1650 1650
gesigneerd en gedateerd 1650 => 1650 1650
-3000 => -3000 -3000
3000 BCE => -3000 -3000
c. 3rd century BC => -300 -201 c
300-200 BCE => -300 -200
2026 => 2026 2026
2027 => 2027 2027
12/1890 => 1890 1890
1890/12 => 1890 1890
1890-12 => 1890 1890
31/12/1890 => 1890 1890
12/31/1890 => 1890 1890
1890-12-31T12:00 => 1890 1890
1890  -  1895 => 1890 1895
1890- 1895 => 1890 1895
1890 -1895 => 1890 1895
'1890' => 1890 1890
1890's-1900's => 1890 1909
Nineteenth century => 1801 1900
1888 oder kurz danach => 1888 1898
1600 (post) => 1600 ..
1650 (after Rubens) => 1650 1650
shortly after 1500-1510 => 1500 1510
AD 1598-99 => 1598 1599
before the 16th century => .. 1500
after the 16th century => 1601 ..
by the late 16th century => .. 1600
before 1st century => .. -1
1 BC or shortly after => -1 9
XVI century => 1501 1600
"""
NO_DATES = """
inf
1:43
20 x 30 cm
1937.1.34
1937.1.3
inv. 12345
450-500 BC
gift of X, 1910
Inv. 1890
153505
1e3
16th
XVI
1950-134-59
E.1890-95
1975,0301.12
1890-95-99
Bequest of Mrs. H. O. Havemeyer, 1929
AH 1260
Edo period
v. 1510
1890.05.12
'60s
60s
1890-ish
circa
before
2150
9999
0
00
0000
18900
1890a
1890 bis
no. 1890
No. 12
A.1890
12.34
1890.5
1890,5
12345
TRUE
1/2
3/4
50%
€ 1890
$1500
1890 m
1500 kg
10 cm
http://example.org/1890
2000.1
2000.1.2
77.1.2
1890:12
18:90
1890+
1890++
<1500
>1500
1500 +/- 10
1500 ± 10
Renaissance
Ming dynasty
probably 18th century, after a 16th century original
20er Jahre
XIX-XX в.
XVI-XVII
- 50
active c. 1500
New Kingdom
©1960
Jahrhundertwende
nach Christus
ohne Angabe
unbekanntes Datum
jaren '50
12/12
18901231
1890 1895
XIX век
1890年
1890 г.
AH 1260-61
500 (BC)
1890 (AD)
after Rembrandt
1650 after Rubens
active 1500
before 1500 or after 1600
AD
siglo
"""
UNDATED = """
n.d.
N.D.
n. d.
s.d.
s. d.
o. J.
o.J.
o. D.
z.j.
z. j.
undated
Undated
not dated
no date
unknown
date unknown
unbekannt
undatiert
ohne Jahr
inconnu
sans date
non daté
senza data
sin fecha
zonder jaar
ongedateerd
None
NaN
n/a
?
-
"""


def lines(table):
    return table.strip("\n").split("\n")


def as_a_row(text):
    """The row of a text as it is read."""
    found = read_date(text)
    if found is None:
        return f"{text} => nothing"
    years = [".." if year is None else str(year) for year in (found.first, found.last)]
    return " ".join(
        [f"{text} =>", *years, *["c" * found.circa + "?" * found.uncertain] * (found.circa or found.uncertain)]
    )


def test_a_date_is_a_range_of_years():
    """In one test, which tells every wrong row: a test for each cost more than the reading."""
    rows = lines(DATES)
    assert len(rows) > 700
    assert [(row, read) for row in rows if (read := as_a_row(row.rpartition(" => ")[0])) != row] == []


def test_what_is_no_date_gives_nothing():
    texts = [*lines(NO_DATES), "", " ", "\n"]
    assert len(texts) > 90
    assert [text for text in texts if read_date(text) is not None] == []


@pytest.mark.parametrize("text", lines(UNDATED))
def test_what_says_that_there_is_no_date(text):
    assert read_date(text) is None
    assert is_undated(text)


@pytest.mark.parametrize("text", ["1890", "inf", "soon", "12345", "Ming dynasty", "circa"])
def test_what_says_something_is_not_undated(text):
    assert not is_undated(text)


@pytest.mark.parametrize("text", [" 1892 ", "1892.0", "1892.00", "\u00a01892", "１８９２", "1892\u200b", "\ufeff1892"])
def test_spaces_and_forms_of_digits_do_not_count(text):
    assert read_date(text) == Dating(1892, 1892)
