"""What the words in a sales export's header mean, in the languages and dialects that exports are written in.

A word stands for a concept; roles are rules over concepts (role_rules.py). `word*` also stands for the word
with up to four more letters (cases, plurals). Words written together (QUANTITYORDERED, Kundennummer) are
taken apart into words of this list, and a misspelt word stands for its nearest one.
"""

from __future__ import annotations

from kamerton.ledger.read.folding import fold

#: Concept -> words: English, Italian, Polish, Russian, then German, French, Spanish and ERP names.
_CONCEPTS = {
    "PARTY": """
        customer* cust client clients buyer* patron consumer shopper bpartner cardcode cliente clienti
        acquirente committente intestatario klient* kontrahent* nabywc* zamawiajac* клиент* контрагент*
        покупател* заказчик* kunde kunden debitor debitoren auftraggeber* acheteur* client* comprador*
        party debtor* deb kund kunder kunds klant* debiteur* zakaznik* odberatel* musteri* asiakas ugyfel*""",
    "RECIPIENT": """
        consignee recipient destinatario odbiorc* получател* грузополучател* empfanger* destinataire""",
    "PAYER": "payer payor pagatore platnik* плательщик* regulierer* payeur pagador",
    "PARTNER": "partner* партнер* partenaire",
    "ACCOUNT": "account acct acc konto",
    "COMPANY": """
        company azienda ditta firma firmy societa фирма фирмы компани* unternehmen societe empresa
        business""",
    "RESELLER": """
        reseller* dealer* distributor* wholesaler* rivenditore dystrybutor* дилер* дистрибьютор* handler*""",
    "SELLTO": "sold sell soldto sellto",
    "BILLTO": "billto",
    "ID": """
        id ids code codes key identifier codice cod kod kody kode identyfikator идентификатор код коды ид
        guid uuid schlussel clef clave kennung symbol""",
    "NUM": """
        no nr num number numbers numer numero numeri nro номер номера n nummer nummern numéro numéros
        lfdnr numbr nbr cislo""",
    "NAME": """
        name names nome nominativo denominazione nazwa nazwy imie имя название названия наименование
        наименования bezeichner nom nombre denominacion ragione nm naam namn navn intitule
        jmeno""",
    "DATE": "date dates dt data daty дата даты datum fecha giorno dzien день tag day dato timestamp datetime",
    "PERIOD": """
        month period year quarter week mese anno periodo miesiac rok okres месяц год период monat jahr
        mois mes yearmonth""",
    "INVOICE": """
        invoice* inv fattura fatture fatt ft faktura faktury faktur fakturze fv fvat фактура фактуры счет
        счета rechnung rechnungs rechnungen rech rg bill bills
        factuur facturen fatura* facture factures factura facturas fatturazione billing""",
    "ORDER": """
        order* ordine ordini ord zamowieni* заказ* bestellung bestell auftrag auftrags commande pedido so
        po purchaseorder zam zamow""",
    "DOC": """
        document* doc docs voucher transaction* trans txn trx receipt documento documenti bolla ddt
        scontrino dokument* dok dow paragon* документ* регистратор* накладн* чек чека beleg belege bon
        folio ticket vch piece pieces doklad*""",
    "LINE": """
        line row lines riga righe pozycj* poz pozycji lp position* pos строк* zeile zeilen ligne linea
        lineno posnr""",
    "ITEM": "item items itm",
    "PRODUCT": """
        product* prod article* articolo articoli art artikel artykul* towar* material* materiale prodotto
        prodotti prodotta merce merceologic* merci produkt* товар* номенклатур* продукт* продукци* издели*
        produit* producto* articulo* part parts stock sachnummer""",
    "SKU": "sku ean gtin upc plu артикул* indeks index stockcode ean13 barcode штрихкод isbn asin",
    "DESC": """
        description* desc descr descrizione descriz opis opisu описани* bezeichnung beschreibung
        designation descripcion descrip libelle""",
    "CATEGORY": """
        category categories categoria categorie kategori* категори* family famiglia rodzin* семейств*
        asortyment* ассортимент* warengruppe* kategorie catégorie familia famille assortment commodity""",
    "SUB": """
        sub sottocategoria podkategori* подкатегори* subcategory subgroup sottofamiglia podgrup*
        sottogruppo подгрупп*""",
    "GROUP": "group groups gruppo gruppi grupa grupy групп* gruppe gruppen groupe grupo grp gr",
    "PARENT": """
        parent holding* холдинг* konzern* concern capogruppo madre headquarter* hq ultimate головн*
        материнск* matka nadrzedn* kapitalow* mutter muttergesellschaft headoffice matriz corporate""",
    "QTY": """
        quantity quantities qty qnty quant units pieces pcs volume quantita qta qt pezzi ilosc* ilosci szt
        sztuk количество количества кол колво штук шт menge mengen anzahl stuckzahl quantite qte cantidad
        cant unidades fkimg kwmeng cases cartons boxes colli kartony kartonow aantal aantallen antal antall
        mnozstvi miktar quantidade""",
    "PRICE": "price prices prezzo prezzi prz cena ceny cen цена цены цене preis preise prix precio prijs prijzen pris fiyat preco",
    "UNIT": """
        unit each per unitario unitaria unitari unitar* jednostk* jedn jm ед единиц* stuck einzel stk
        unitaire pu stuk styck""",
    "EXTENDED": "extended ext",
    "LIST": "list listino katalogow* cennik* прайс* прейскурант* msrp rrp listen catalogo suggested",
    "NET": "net netto nett untaxed taxable imponibile hors ht neto nettowert nette",
    "GROSS": "gross brutto lordo lorda ttc bruto брутто brut",
    "INCL": """
        incl including inclusive inc inclusa incluso compresa comprensivo wraz z с вкл включая mit inkl
        inklusive compris con with plus inclusief""",
    "EXCL": """
        excl excluding exclusive ex exc esclusa escluso senza bez без ohne exkl zzgl sans sin without
        before pre exclusief ekskl utan""",
    "VALUE": """
        amount* amt value values importo importi valore valori wartosc wartosci kwota kwoty сумм*
        стоимост* betrag wert montant importe valor suma somma sum controvalore money pln eur usd rub euro
        zl zloty руб рублей рубль uah грн kzt тенге gbp chf czk huf ron sek nok dkk cny jpy cad aud
        bedrag bedragen belopp belob castka tutar""",
    "TOTAL": "total totals totale totali razem ogolem lacznie suma итог* всего gesamt summe grand tot totaal",
    "SUBTOTAL": "subtotal sottototale zwischensumme",
    "SALES": """
        sales sale revenue* turnover proceeds fatturato ricavi ricavo vendita vendite venduto obrot obroty
        przychod* sprzedaz* выручк* продаж* оборот* реализац* umsatz umsatze erlos* affaires ventas vente
        ventes venta ingresos ca sls omzet omsattning omsaetning trzby verkoop""",
    "COST": """
        cost costs costo costi cogs koszt* себестоимост* затрат* kosten cout couts coste costes
        wareneinsatz einstand* einkaufspreis cst kostprijs kostpris""",
    "BOUGHT": "purchase purchases purchased покупк*",
    "PURCHASE": """
        purchasing acquisto acquisti zakup* закуп* einkauf einkaufs achat compra buying buy""",
    "OWN": "own wlasn* venduto sold собственн*",
    "STANDARD": "standard std average avg medio media sredni* средн* durchschnitt moyen promedio",
    "PROFIT": """
        profit* margin margins margine margini utile guadagno marza marzy zysk* прибыл* марж* gewinn marge
        rohertrag deckungsbeitrag db contribution beneficio margen ganancia contribuzione mdc gm gp
        rentownosc*""",
    "MARKUP": "markup narzut* наценк* ricarico aufschlag рентабельност*",
    "PCT": """
        pct percent perc percentage percentuale procent* proc процент* prozent pourcentage porcentaje
        percentual ratio""",
    "RATE": "rate tasso aliquota stawka ставка kurs курс cambio exchange satz taux wechselkurs",
    "TAX": """
        tax taxes vat iva ндс mwst ust tva podatek podatku podatk* налог* gst pst hst steuer taxe impuesto
        ptu btw moms mva dph kdv imposto""",
    "SHIP": """
        ship* shipto shipping shipment* deliver* delivery dispatch* despatch* consegna spedizione spediz dostaw*
        wysylk* wydani* отгрузк* доставк* lieferung liefer lieferdatum livraison entrega freight trasporto
        transport* fracht porto handling via""",
    "LATE": """
        due scadenza termin* payment* pay paid platnosc* zaplat* pagamento оплат* срок* платеж* zahlung
        fallig* vencimiento echeance created creation modified updated update changed entered entry
        inserimento utworzen* создан* изменен* requested request promised required expected planned expiry
        expiration expires start end from until valid birth closing cutoff deadline load loaded import
        imported export inserted last first next ostatni* erstellt angelegt geandert""",
    "ISSUE": "issue issued emissione wystawieni* выписк* выставлени* ausstellung emission emision",
    "POSTING": """
        posting posted booking booked registrazione contabile contabilizzazione ksiegowani* проводк*
        проведени* buchung buchungs""",
    "BALANCE": """
        balance saldo running cumulat* cumulative ytd mtd остат* residuo backlog open outstanding owed
        receivable* debt долг* задолженност* zadluzeni* нарастающ* previous prior prev poprzedni* прошл*""",
    "TARGET": """
        quota quotas target targets budget plan planowan* obiettivo cel forecast prognoz* план плана
        прогноз* ziel objectif""",
    "SELLER": """
        salesperson salespersons salesman salesmen salesrep salesreps rep representative* agent agents
        agente agenti venditore commerciale handlowiec handlowc* opiekun* sprzedawc* sprzedajac*
        przedstawiciel* менеджер* продавец продавц* торгпред* представител* ответственн* manager managers
        kam owner seller* employee* pracownik* сотрудник* verkaufer* vertreter* mitarbeiter*
        sachbearbeiter* aussendienst* vendeur vendedor commercial executive slsman slspn am rappresentante
        operatore funzionario referente verkoper saljare prodejce vertegenwoordiger""",
    "CURRENCY": """
        currency currencies curr curncy cur ccy valuta valute divisa walut* валют* wahrung* devise moneda
        monnaie iso""",
    "TYPE": "type types kind tipo tipologia typ rodzaj* вид вида тип типа nature natura causale",
    "DISCOUNT": """
        discount* disc dsc dis sconto sconti scontistica rabat* upust* bonifikat* скидк* rabatt rabatte
        nachlass remise remises descuento descuentos dto rebate* abbuono sc korting
        desconto sleva""",
    # Words that rule a column out: it describes a place, a person, a state, not a role.
    "OTHER": """
        city country countries county state province region* address* street zip zipcode postal postcode
        postalcode phone fax email mail mobile segment* status channel* mode priority comment* note notes
        memo remark* remarks warehouse* contact* url website web site lat latitude lon longitude gender
        age birthday brand* weight color colour size territory territories deal dealsize qtr flag active
        method terms carrier tracking promotion* promo revision campaign source origin store stores shop
        branch* division department dept project contract time hour minute via citta provincia regione
        indirizzo cap nazione paese stato telefono canale magazzino magazzini marca marchio annotazion*
        pagamenti modalita filiale deposito zona vettore porto aspetto miasto kraj wojewodztwo region
        adres ulica telefon magazyn* uwagi marka kanal oddzial* rejon город* страна страны регион* адрес*
        улица телефон* склад* комментари* примечани* бренд* марка канал* сегмент* подразделени* филиал*
        организаци* организация договор* статус* область проект* менеджмент stadt ort land strasse plz
        lager bemerkung gebiet vertriebsweg werk ville pays adresse rue entrepot ciudad pais direccion
        almacen estado measure misura miary uom um измерени* mass masa вес объем serial lot batch partia
        серия seria hash checksum rating score reviews probability stage lead reason motivo powod причина
        approved user username login session ip device browser language lang gift coupon tier class klasa
        класс abc rank ranking zone route itinerary supplier* vendor* fornitore fornitori dostawc*
        поставщик* lieferant* fournisseur proveedor* manufacturer* producer* producent* производител*
        hersteller produttore reorder level instock discontinued allowance weightunit nominal gl ledger coa
        sachkonto erloskonto gegenkonto""",
    "TAXID": "nip regon inn инн кпп огрн огрнип pesel piva vatid siret siren krs steuernummer ustid cif",
    "NOISE": """
        the of in di del della dello dei w we do na od по в из для на от и za lub e et und der die das des
        von de la le el los las a an al alla and to at local lcy fcy base lc tc dc system sys dim fact src
        tbl col our my this other ref reference riferimento rif full short complete pelna pelny pelne
        skrocona skrot kurz полное краткое полный рабочее estesa breve completa main primary original""",
}

#: Headers that mean a role as a whole (folded, without blanks and punctuation) and how surely.
_PHRASES = {
    "account": {
        0.98: """
            soldtoparty soldto sellto selltocustomerno kunag kunnr codcli codcliente cardcode
            customeraccount custid custno custnbr akronim akronimkontrahenta kodkontrahenta
            shortcutdimensioncustomer debitorennr kdnr kundennr accountnum custaccount bpcode
            businesspartner cclie custcode verkandebnr verkandebitornr
        """,
        0.92: """
            billto billtocustomer billtocustomerno billtoparty invoiceaccount kunrg businesspartnerid
            sourceno rechandebnr rechandebitornr customeruserid
        """,
        0.62: "shipto shiptoparty kunwe",
        0.6: "name1 nip инн piva partitaiva particulars",
    },
    "account_name": {
        0.84: "billingname",
        0.62: "contactname contact",
        1.0: """
            ragionesociale ragsoc ragsociale rsoc nazwakontrahenta nazwaklienta customerfullname name1
            cardname companyname soldtopartyname nazwafirmy denominazionecliente raisonsociale
            razonsocial firmenname selltocustomername
        """,
        0.9: """
            billtocustomername billtoname selltoname billingcompany organizationname businessname businesspartnername
            soldtoname
        """,
    },
    "group": {
        0.85: "buyinggroup",
        1.0: """
            headoffice parentcompany parentaccount parentcustomer grupakapitalowa головнаяорганизация
            головнойконтрагент spolkamatka casamadre группакомпании konzernmutter gruppoaziendale
            gruppodiappartenenza gruppoindustriale societacapogruppo гк muttergesellschaft topparent
            globalparent customerparent grupafirm gruppoacquisto chain chainname catena siec
            sieci siecsklepow сеть
        """,
    },
    "date": {
        1.0: "fkdat datafattura datadoc datadocumento datawystawienia ftdata invoicedate datfat dtdoc",
        0.97: "budat postingdate datasprzedazy saledate датареализации датапродажи датапроведения",
        0.95: "bldat audat datum orderdate trandate txndate дата",
        0.93: "soldat orderedat invoicedat purchasedat",
        0.6: "erdat createdat paidat",
        0.5: "created",
    },
    "document": {
        0.99: """
            vbeln invoiceno numdoc ndoc nrdoc numdocumento numerodocumento numerfaktury nrfaktury
            счетфактура номернакладной docnum docentry refnbr invoicenum numeroft nfattura
            номерсчетафактуры номерсчета
        """,
        0.97: "vgbel belnr aubel voucherno externaldocumentno",
        0.6: "lieferscheinnr wz nrwz ddt numeroddt",
    },
    "line": {
        1.0: "posnr linenum lineno nriga rigadoc nrriga lp nlinea linenumber numeroriga",
        0.9: "pozycjadokumentu",
    },
    "product": {
        1.0: """
            matnr stockcode codart codarticolo codicearticolo kodtowaru indekstowaru itemcode itemno
            artnr артикул кодтовара кодноменклатуры artikelnr cart codiceart symboltowaru partno
            partnumber inventoryid
        """,
        0.72: "ean ean13 gtin upc barcode kodkreskowy штрихкод idx symbol indeks index",
    },
    "product_name": {
        1.0: """
            arktx maktx descrizionearticolo desart descart nazwatowaru nazwaproduktu itemdescription
            itemname наименованиетовара названиетовара artikelbezeichnung dscription nazwaartykulu
            descrizione descrizioneart
        """,
    },
    "category": {
        1.0: """
            matkl warengruppe gruppomerceologico grupatowarowa grupatowaru номенклатурнаягруппа
            группаноменклатуры видноменклатуры productcategory productgroup productfamily itemgroup
            itmsgrpnam productline itemcategory productcategoryname productgroupname товарнаягруппа
            группатоваров famigliaarticolo categoriamerceologica prodh productclass classemerceologica
            salescategory
        """,
        0.75: "producttype reparto",
        0.6: "subcategory productsubcategory",
    },
    "quantity": {
        1.0: "fkimg kwmeng lfimg qta qty колво",
    },
    "amount": {
        1.0: """
            netwr imponibile wartoscnetto kwotanetto netamount netvalue netsales netrevenue nettoumsatz
            nettobetrag суммабезндс amountexclvat importonetto valorenetto linenetamount nettowartosc
            mntnetto totalenetto выручкабезндс стоимостьбезндс montantht totalht importeneto
            wartoscsprzedazynetto obrotnetto
        """,
        0.94: "linetotal extendedprice salesamount lineamount lineamt extprice extamt",
        0.88: "extendedamount",
    },
    "unit_price": {
        0.95: "puht pu einzelpreis vkpreis",
        1.0: "priceeach unitprice cenanetto cenajednostkowa prezzounitario ценазаед netpr kbetr salesprice",
    },
    "discount": {
        1.0: """
            discountpct discpct unitpricediscountpct unitpricediscount discountrate linediscountpct
            rabatpct scontopct
        """,
    },
    "discount_amount": {
        1.0: "discountamount discamt linediscountamount суммаскидки importosconto kwotarabatu wartoscrabatu",
    },
    "cost": {
        1.0: """
            wavwr cogs costofgoodssold costofsales costodelvenduto costovenduto kosztwlasny
            wartosczakupu себестоимость costofgoods kosztwlasnysprzedazy totalcost totalproductcost
            wartoscwcenachzakupu себестоимостьпродаж extcost extendedcost linecost costamount
            wareneinsatz
        """,
    },
    "unit_cost": {
        0.85: "ek ekpreis",
        1.0: """
            unitcost standardcost stdcost costprice cenazakupu prezzodiacquisto prezzoacquisto
            закупочнаяцена ценазакупки costounitario kosztjednostkowy einkaufspreis stprs verpr
            purchaseprice costperunit unitcostlcy prixdachat averagecost buyingprice costomedio costoult
        """,
    },
    "profit": {
        1.0: "grossprofit grossmargin marza marzapln zysk валоваяприбыль прибыль маржа rohertrag margine mdc",
    },
    "seller": {
        0.96: "vertriebsmitarbeiter vertriebsbeauftragter aussendienstmitarbeiter",
        1.0: """
            vrtnr salespersoncode slpname slpcode salesrep accountmanager torgpred торговыйпредставитель
            przedstawicielhandlowy opiekunhandlowy opiekunklienta agente salesperson salesexecutive
            salesemployee accountowner salesowner salesagent основнойменеджер менеджерпокупателя
            responsabilecommerciale handlowiec
        """,
        0.75: "pernr ernam salesgroup vkgrp salesteam",
    },
    "currency": {
        1.0: "waers waerk currencycode curycode currencyiso waluta valuta валюта doccur",
    },
    "kind": {
        1.0: """
            fkart auart blart documenttype doctype transactiontype invoicetype tipodocumento tipodoc
            rodzajdokumentu typdokumentu виддокумента типдокумента tipofattura видоперации типоперации
            хозяйственнаяоперация belegart auftragsart trntype typedoc ordertype vouchertype transtype
            tipomovimento causale typtransakcji
        """,
    },
}


def _word_index() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Whole words and beginnings of words, folded -> concepts."""
    whole: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    for concept, text in _CONCEPTS.items():
        for word in text.split():
            whole.setdefault(fold(word.rstrip("*")), set()).add(concept)
            if word.endswith("*"):
                stems.setdefault(fold(word[:-1]), set()).add(concept)
    return _frozen(whole), _frozen(stems)


def _frozen(index: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {word: frozenset(concepts) for word, concepts in index.items()}


def _phrase_index() -> dict[str, dict[str, float]]:
    """Whole header, folded and joined -> role -> how surely."""
    index: dict[str, dict[str, float]] = {}
    for role, tiers in _PHRASES.items():
        for score, text in tiers.items():
            for phrase in text.split():
                known = index.setdefault(fold(phrase), {})
                known[role] = max(score, known.get(role, 0.0))
    return index


WORDS, STEMS = _word_index()
PHRASES = _phrase_index()
