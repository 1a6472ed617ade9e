"""Tables out of scripts of INSERT statements, as MySQL and SQL Server write them."""

from __future__ import annotations

import pytest

from benchmarks.insert_scripts import tables

MYSQL = (
    "CREATE TABLE `customers` (\r\n  `number` int(11) NOT NULL,\r\n  `name` varchar(50)\r\n) ENGINE=InnoDB;\r\n"
    "insert  into `customers`(`number`,`name`) values \r\n"
    "(1,'Ann''s \\'Best\\' (sic), Ltd'),\r\r\n(2,NULL),\n(-3,'C:\\\\shop\\nline');\r\n"
)
TSQL = """
CREATE TABLE "Order Details" (
\t"OrderID" "int" NOT NULL ,
\t"Discount" "real" NOT NULL CONSTRAINT "DF" DEFAULT (0),
\tCONSTRAINT "PK" PRIMARY KEY (
\t\t"OrderID"
\t)
)
go
INSERT "Order Details" VALUES(10248,0.15)
INSERT INTO "Orders"
("OrderID","Name",
\t"Photo")
VALUES (1,N'59 rue de l''Abbaye',0x15FF)
"""


def test_reads_what_mysql_writes():
    assert tables(MYSQL, "mysql") == {
        "customers": [
            ["number", "name"],
            ["1", "Ann's 'Best' (sic), Ltd"],
            ["2", None],
            ["-3", "C:\\shop\nline"],
        ]
    }


def test_reads_what_sql_server_writes():
    assert tables(TSQL, "tsql") == {
        "Order Details": [["OrderID", "Discount"], ["10248", "0.15"]],
        "Orders": [["OrderID", "Name", "Photo"], ["1", "59 rue de l'Abbaye", "0x15FF"]],
    }


def test_refuses_what_is_not_a_literal():
    with pytest.raises(ValueError, match="not a literal"):
        tables("insert into t(a) values (now())", "mysql")
